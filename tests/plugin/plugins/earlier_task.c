/* A task of an earlier minor version of the contract: it is compiled with that version's own header, from tests/plugin/abi.
 * Spikes of channel 0 or 1 say the class; its accuracy is its own, as the engine computed none then. */
#include <hetsyn_task.h>

#include <stdlib.h>
#include <string.h>

enum { INPUTS = 2, OUTPUTS = 2, STEPS = 10, TRAIN = 16, TEST = 8 };

static const hetsyn_key keys[] = {
    {"spikes", HETSYN_INT, "", "3", 1, STEPS, NULL, "Spikes of a sample"},
#if HETSYN_TASK_ABI_MINOR >= 1
    {"path", HETSYN_PATH, "", "\"\"", 0, 0, NULL, "A folder"},
#endif
};
static const hetsyn_split splits[] = {{"train", HETSYN_ROLE_TRAIN, 0, TRAIN}, {"test", HETSYN_ROLE_TEST, 0, TEST}};
static const hetsyn_loss loss = {HETSYN_LOSS_LAST_STEP, 1.0, {0.0, 0.0, 0.0, 0.0}};
static const hetsyn_metric metrics[] = {{"accuracy", "", 1}, {"samples", "", 1}};

struct hetsyn_dataset {
  int64_t spikes;
};
struct hetsyn_metrics {
  double correct, samples;
};

static hetsyn_status open_task(const hetsyn_open_args *args, hetsyn_dataset **dataset, hetsyn_error *error) {
  (void)error;
  *dataset = malloc(sizeof **dataset);
  if (*dataset == NULL) return HETSYN_FAILED;
  (*dataset)->spikes = args->values[0].integer;
  return HETSYN_OK;
}

static void close_task(hetsyn_dataset *dataset) { free(dataset); }

static hetsyn_status describe(hetsyn_dataset *dataset, hetsyn_info *info, hetsyn_error *error) {
  (void)dataset;
  (void)error;
  info->inputs = INPUTS;
  info->outputs = OUTPUTS;
  info->steps = STEPS;
  info->dt_ms = 1.0;
  info->step_ms = 1.0;
  info->splits = splits;
  info->split_count = 2;
  info->losses = &loss;
  info->loss_count = 1;
  info->metrics = metrics;
  info->metric_count = 2;
  info->data_name = "generated";
  info->static_samples = 1;
#if HETSYN_TASK_ABI_MINOR >= 2
  info->skipped = 1;
  info->skipped_why = "one file is damaged";
#endif
  return HETSYN_OK;
}

static hetsyn_status fill(hetsyn_dataset *dataset, const hetsyn_request *request, hetsyn_sample *sample,
                          hetsyn_error *error) {
  int64_t spike;
  (void)error;
  sample->label = (int32_t)(request->index % OUTPUTS);
  for (spike = 0; spike < dataset->spikes; ++spike) {
    sample->event_input[spike] = (uint32_t)sample->label;
    sample->event_step[spike] = (uint32_t)spike;
  }
  sample->event_count = (uint64_t)dataset->spikes;
  return HETSYN_OK;
}

static hetsyn_status metrics_begin(hetsyn_dataset *dataset, hetsyn_metrics **out, hetsyn_error *error) {
  (void)dataset;
  (void)error;
  *out = calloc(1, sizeof **out);
  return *out == NULL ? HETSYN_FAILED : HETSYN_OK;
}

static hetsyn_status metrics_add(hetsyn_dataset *dataset, hetsyn_metrics *sums, const hetsyn_batch *batch,
                                 hetsyn_error *error) {
  uint32_t b;
  (void)dataset;
  (void)error;
  for (b = 0; b < batch->samples; ++b) {
    const float *last = batch->readout + ((size_t)(b + 1) * batch->steps - 1) * OUTPUTS;
    sums->correct += (last[1] > last[0]) == (batch->labels[b] == 1);
    sums->samples += 1.0;
  }
  return HETSYN_OK;
}

static hetsyn_status metrics_end(hetsyn_dataset *dataset, hetsyn_metrics *sums, double *values, hetsyn_error *error) {
  (void)dataset;
  (void)error;
  if (values != NULL) {
    values[0] = sums->correct / sums->samples;
    values[1] = sums->samples;
  }
  free(sums);
  return HETSYN_OK;
}

static const hetsyn_task table = {
    .abi_version = HETSYN_TASK_ABI_VERSION,
    .struct_size = sizeof(hetsyn_task),
    .name = TASK_NAME,
    .summary = "A task of an earlier contract",
    .version = "1.0.0",
    .keys = keys,
    .key_count = sizeof keys / sizeof keys[0],
    .key_size = sizeof(hetsyn_key),
    .open = open_task,
    .close = close_task,
    .describe = describe,
    .fill = fill,
    .metrics_begin = metrics_begin,
    .metrics_add = metrics_add,
    .metrics_end = metrics_end,
};

const hetsyn_task *hetsyn_task_entry(void) { return &table; }
