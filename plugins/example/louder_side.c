/* Louder side: two halves of the channels fire at different rates; which is louder? A complete task in plain C99, with
 * nothing but the contract. */
#include <hetsyn_task.h>

#include <stdio.h>
#include <stdlib.h>

enum { CHANNELS = 20, OUTPUTS = 2, STEPS = 100 };

static const double STEP_MS = 1.0;

/* ---- configuration ---- */

static const hetsyn_key keys[] = {
    {"low_hz", HETSYN_REAL, "Hz", "10.0", 0.0, 1000.0, NULL, "Rate of the quieter half", HETSYN_KEY_SAMPLES},
    {"high_hz", HETSYN_REAL, "Hz", "30.0", 0.0, 1000.0, NULL, "Rate of the louder half", HETSYN_KEY_SAMPLES},
};

struct hetsyn_dataset {
  double low_hz, high_hz;
};

static hetsyn_status open_task(const hetsyn_open_args *args, hetsyn_dataset **dataset, hetsyn_error *error) {
  const double low_hz = args->values[0].real; /* values come in the order of the keys */
  const double high_hz = args->values[1].real;
  hetsyn_dataset *self;
  if (high_hz <= low_hz) {
    snprintf(error->key, sizeof error->key, "high_hz");
    snprintf(error->message, sizeof error->message, "must be above low_hz = %g, or no side is louder", low_hz);
    return HETSYN_BAD_CONFIG;
  }
  self = malloc(sizeof *self);
  if (self == NULL) {
    snprintf(error->message, sizeof error->message, "out of memory");
    return HETSYN_FAILED;
  }
  self->low_hz = low_hz;
  self->high_hz = high_hz;
  *dataset = self;
  return HETSYN_OK;
}

static void close_task(hetsyn_dataset *dataset) { free(dataset); }

/* ---- what the task is ---- */

static const hetsyn_split splits[] = {
    {"train", HETSYN_ROLE_TRAIN, 1, 1600},
    {"validation", HETSYN_ROLE_VALIDATION, 1, 256},
    {"test", HETSYN_ROLE_TEST, 1, 256},
};
static const hetsyn_loss loss = {HETSYN_LOSS_LAST_STEP, 1.0, {0.0, 0.0, 0.0, 0.0}};
static const hetsyn_metric metric = {"accuracy", "", 1};
/* The engine computes it, with the class that the loss decides; metrics of one's own need three functions more. */
static const hetsyn_metric_rule metric_rule = {HETSYN_METRIC_ACCURACY, HETSYN_LOSS_LAST_STEP, {0.0, 0.0, 0.0, 0.0}};

static hetsyn_status describe(hetsyn_dataset *dataset, hetsyn_info *info, hetsyn_error *error) {
  (void)dataset;
  (void)error;
  info->input_kind = HETSYN_INPUT_EVENTS;
  info->inputs = CHANNELS;
  info->outputs = OUTPUTS;
  info->steps = STEPS;
  info->readout_kind = HETSYN_READOUT_INTEGRATOR;
  info->dt_ms = STEP_MS;
  info->step_ms = STEP_MS;
  info->split_count = sizeof splits / sizeof splits[0];
  info->splits = splits;
  info->loss_count = 1;
  info->losses = &loss;
  info->metric_count = 1;
  info->metrics = &metric;
  info->metric_rules = &metric_rule;
  info->data_name = "generated";
  return HETSYN_OK;
}

/* ---- samples ---- */

/* SplitMix64 (Steele, Lea & Flood, 2014): 64 random bits from a state of 64. */
static uint64_t random_bits(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static double uniform01(uint64_t *state) { return (double)(random_bits(state) >> 11) * 0x1p-53; }

/* Everything is drawn from the request, so that equal requests give equal samples, on any thread. Events that do not fit
 * are counted only; the engine then calls again with a larger buffer. */
static hetsyn_status fill(hetsyn_dataset *dataset, const hetsyn_request *request, hetsyn_sample *sample,
                          hetsyn_error *error) {
  uint64_t state = request->seed;
  uint64_t events = 0;
  uint32_t channel, step, louder;
  (void)error;
  state = random_bits(&state) ^ request->split;
  state = random_bits(&state) ^ request->index;
  louder = (uint32_t)(random_bits(&state) & 1u);
  for (channel = 0; channel < CHANNELS; ++channel) {
    const double rate_hz = channel / (CHANNELS / 2) == louder ? dataset->high_hz : dataset->low_hz;
    for (step = 0; step < request->steps; ++step) {
      if (uniform01(&state) >= rate_hz * STEP_MS / 1000.0) continue;
      if (events < sample->event_capacity) {
        sample->event_input[events] = channel;
        sample->event_step[events] = step;
      }
      ++events;
    }
  }
  sample->label = (int32_t)louder;
  sample->event_count = events;
  return events > sample->event_capacity ? HETSYN_BUFFER_TOO_SMALL : HETSYN_OK;
}

/* ---- a plot for reports ---- */

/* The potentials of both readout neurons in the first sample. */
static hetsyn_status plots(hetsyn_dataset *dataset, const hetsyn_batch *batch, const hetsyn_plot_sink *sink,
                           hetsyn_error *error) {
  static const char *const names[OUTPUTS] = {"first half", "second half"};
  double *const x = malloc(2 * (size_t)batch->steps * sizeof *x); /* time, then potential */
  double *const y = x + batch->steps;
  uint32_t step, output;
  (void)dataset;
  if (x == NULL) {
    snprintf(error->message, sizeof error->message, "out of memory");
    return HETSYN_FAILED;
  }
  for (output = 0; output < OUTPUTS; ++output) {
    for (step = 0; step < batch->steps; ++step) {
      x[step] = step * batch->dt_ms;
      y[step] = batch->readout[(size_t)step * batch->outputs + output];
    }
    sink->series(sink->context, "readout of a sample", names[output], "time (ms)", "potential", x, y, batch->steps);
  }
  free(x);
  return HETSYN_OK;
}

/* ---- the table ---- */

static const hetsyn_task task = {
    .abi_version = HETSYN_TASK_ABI_VERSION,
    .struct_size = sizeof(hetsyn_task),
    .name = "louder_side",
    .summary = "Which half of the channels fires at the higher rate? (written in C)",
    .version = "1.0.0",
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .key_size = sizeof(hetsyn_key),
    .open = open_task,
    .close = close_task,
    .describe = describe,
    .fill = fill,
    .plots = plots,
};

const hetsyn_task *hetsyn_task_entry(void) { return &task; }
