/* A task in plain C99: a burst on the channels of one half says the class. Compiled once as it is, and once more per way
 * of being broken (the macros); its key "lie" makes it break the contract at run time. */
#include <hetsyn_task.h>

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "lies.h"

#ifndef TASK_NAME
#define TASK_NAME "c_task"
#endif
#ifndef TASK_ABI
#define TASK_ABI HETSYN_TASK_ABI_VERSION
#endif
#ifndef TASK_SIZE
#define TASK_SIZE sizeof(hetsyn_task)
#endif
#ifndef TASK_FILL
#define TASK_FILL fill
#endif
#ifndef TASK_KEY
#define TASK_KEY "lie"
#endif
#ifndef TASK_DEFAULT
#define TASK_DEFAULT "0"
#endif

enum { INPUTS = 8, OUTPUTS = 2, STEPS = 20 };

static const hetsyn_key keys[] = {
    {TASK_KEY, HETSYN_INT, "", TASK_DEFAULT, 0, 1000, NULL, "What to say wrongly", HETSYN_KEY_SAMPLES},
    {"bursts", HETSYN_INT, "", "1", 1, 100000, NULL, "Bursts of four spikes", HETSYN_KEY_SAMPLES},
    {"side", HETSYN_STRING, "", "\"both\"", 0, 0, "left|right|both", "Which classes occur", HETSYN_KEY_SAMPLES},
};

static const hetsyn_split splits[] = {{"train", HETSYN_ROLE_TRAIN, 1, 64}, {"test", HETSYN_ROLE_TEST, 0, 16}};
static const hetsyn_split test_only[] = {{"test", HETSYN_ROLE_TEST, 0, 16}};
static const hetsyn_split empty_split[] = {{"train", HETSYN_ROLE_TRAIN, 0, 0}};
static const hetsyn_split fixed_splits[] = {{"train", HETSYN_ROLE_TRAIN, 0, 64}, {"test", HETSYN_ROLE_TEST, 0, 16}};
static const hetsyn_split equal_splits[] = {{"train", HETSYN_ROLE_TRAIN, 1, 64}, {"train", HETSYN_ROLE_TEST, 0, 16}};
static const hetsyn_split equal_roles[] = {{"train", HETSYN_ROLE_TRAIN, 1, 64}, {"more", HETSYN_ROLE_TRAIN, 0, 16}};
static const hetsyn_split large_split[] = {{"train", HETSYN_ROLE_TRAIN, 0, UINT64_MAX}};
static const char *const null_class_name[OUTPUTS] = {"left", NULL};
static const char *const equal_class_names[OUTPUTS] = {"left", "left"};
static const char *const group_names[] = {"only"};
static const hetsyn_metric metric = {"accuracy", "", 1};
static const hetsyn_metric nameless_metric = {NULL, "", 1};

struct hetsyn_dataset {
  int64_t lie;
  int64_t bursts;
  int side; /* 0 left, 1 right, 2 both */
  uint32_t fills;
  pthread_t opener;
  hetsyn_loss loss;
};

struct hetsyn_metrics {
  uint64_t correct, samples;
};

static hetsyn_status fail(hetsyn_error *error, hetsyn_status status, const char *message) {
  strncpy(error->message, message, sizeof error->message - 1);
  return status;
}

/* A fault of the program; raised, as a sanitizer would end a real one in a way of its own. */
static void crash(void) { raise(SIGSEGV); }

/* Rounding towards zero, and subnormal numbers are zero. */
static void compute_otherwise(void) {
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0xE040u);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0x1C00000));
#endif
}

/* Never ends, but no compiler can know that. */
static int overflow(int depth) {
  volatile char page[4096];
  page[0] = (char)depth;
  return depth < 0 ? 0 : overflow(depth / 2 + 1) + page[0];
}

static hetsyn_status open_task(const hetsyn_open_args *args, hetsyn_dataset **dataset, hetsyn_error *error) {
  const int64_t lie = args->values[0].integer;
  hetsyn_dataset *self = NULL;
  if (lie == LIE_OPEN_BAD_CONFIG) {
    strcpy(error->key, "lie");
    return fail(error, HETSYN_BAD_CONFIG, "this lie is refused");
  }
  if (lie == LIE_OPEN_MOVES && chdir("/") != 0) return HETSYN_FAILED;
  if (lie == LIE_OPEN_UNKNOWN_KEY) {
    strcpy(error->key, "truth");
    return fail(error, HETSYN_BAD_CONFIG, "is refused");
  }
  if (lie == LIE_CRASH_OPEN) crash();
  if (lie == LIE_EXIT_OPEN) exit(0);
  if (lie == LIE_EXIT_CHILD) {
    const pid_t child = fork();
    if (child == 0) exit(3);
    waitpid(child, NULL, 0);
  }
  if (lie == LIE_OPEN_NO_DATA) return fail(error, HETSYN_NO_DATA, "nothing in /a or /b; download it");
  if (lie == LIE_OPEN_DATA_TO_BE_MADE) return fail(error, HETSYN_DATA_TO_BE_MADE, "data would be made in /c");
  if (lie == LIE_OPEN_SILENT_FAILURE) return HETSYN_FAILED;
  if (lie == LIE_OPEN_NO_DATASET) return HETSYN_OK;
  if (lie == LIE_OPEN_UNENDED_MESSAGE) {
    memset(error->message, 'x', sizeof error->message);
    return HETSYN_FAILED;
  }
  self = calloc(1, sizeof *self);
  if (self == NULL) return fail(error, HETSYN_FAILED, "out of memory");
  self->lie = lie;
  self->opener = pthread_self();
  self->bursts = args->values[1].integer;
  self->side = strcmp(args->values[2].string, "left") == 0 ? 0 : strcmp(args->values[2].string, "right") == 0 ? 1 : 2;
  args->log(0, "c_task is open");
  *dataset = self;
  return HETSYN_OK;
}

static void close_task(hetsyn_dataset *dataset) {
  if (dataset->lie == LIE_CRASH_CLOSE) crash();
  free(dataset);
}

static void describe_truly(hetsyn_dataset *self, hetsyn_info *info) {
  self->loss.id = HETSYN_LOSS_LAST_STEP;
  self->loss.weight = 1.0;
  info->inputs = INPUTS;
  info->outputs = OUTPUTS;
  info->steps = STEPS;
  info->dt_ms = 1.0;
  info->step_ms = 1.0;
  info->splits = splits;
  info->split_count = 2;
  info->losses = &self->loss;
  info->loss_count = 1;
  info->metrics = &metric;
  info->metric_count = 1;
  info->data_name = "generated";
}

static hetsyn_status describe(hetsyn_dataset *self, hetsyn_info *info, hetsyn_error *error) {
  static char endless[HETSYN_MAX_TEXT + 2];
  (void)error;
  memset(endless, 'x', sizeof endless - 1);
  describe_truly(self, info);
  switch (self->lie) {
    case LIE_NO_INPUTS: info->inputs = 0; break;
    case LIE_NO_OUTPUTS: info->outputs = 0; break;
    case LIE_HUGE_STEPS: info->steps = HETSYN_MAX_STEPS + 1; break;
    case LIE_HUGE_INPUTS: info->inputs = UINT32_MAX; break;
    case LIE_NAN_DT: info->dt_ms = NAN; break;
    case LIE_NULL_SPLITS: info->splits = NULL; break;
    case LIE_MANY_SPLITS: info->split_count = 1000000; break;
    case LIE_NO_TRAINING_SPLIT: info->splits = test_only; info->split_count = 1; break;
    case LIE_EMPTY_SPLIT: info->splits = empty_split; info->split_count = 1; break;
    case LIE_SPLIT_NAMES_EQUAL: info->splits = equal_splits; break;
    case LIE_UNKNOWN_LOSS: self->loss.id = 77; break;
    case LIE_NO_LOSS: info->loss_count = 0; break;
    case LIE_TRACE_WITHOUT_TARGETS: self->loss.id = HETSYN_LOSS_TRACE_MSE; break;
    case LIE_COUNT_WITHOUT_SPIKES: self->loss.id = HETSYN_LOSS_SPIKE_COUNT; break;
    case LIE_CALLBACK_MISSING: self->loss.id = HETSYN_LOSS_CALLBACK; break;
    case LIE_SKIPS_ALL_STEPS: self->loss.id = HETSYN_LOSS_SOFTMAX_SUM; self->loss.params[0] = STEPS; break;
    case LIE_NO_METRIC: info->metric_count = 0; break;
    case LIE_METRIC_WITHOUT_NAME: info->metrics = &nameless_metric; break;
    case LIE_NO_DATA_NAME: info->data_name = NULL; break;
    case LIE_ENDLESS_DATA_NAME: info->data_name = endless; break;
    case LIE_SPLIT_ROLES_EQUAL: info->splits = equal_roles; break;
    case LIE_MANY_SAMPLES: info->splits = large_split; info->split_count = 1; break;
    case LIE_NULL_CLASS_NAME: info->class_names = null_class_name; break;
    case LIE_CLASS_NAMES_EQUAL: info->class_names = equal_class_names; break;
    case LIE_EVENTS_LOST: info->events = 3; info->events_lost = 5; break;
    case LIE_NAN_TARGET:
    case LIE_TARGET_CHANGES:
    case LIE_TARGET_PAST_END:
    case LIE_OWN_TARGET: info->targets = 1; break;
    case LIE_NAN_ANALOG:
    case LIE_ANALOG_EVENTS:
    case LIE_ANALOG_PAST_END:
    case LIE_OWN_ANALOG: info->input_kind = HETSYN_INPUT_ANALOG; break;
    case LIE_STATIC_AND_DRAWN: info->static_samples = 1; break;
    case LIE_NOT_STATIC:
      info->static_samples = 1;
      info->splits = fixed_splits;
      break;
    case LIE_INFO_GROUP: info->group_names = group_names; info->group_count = 1; break;
    case LIE_CRASH_DESCRIBE: crash(); break;
    default: break;
  }
  return HETSYN_OK;
}

/* The class of a sample: of the drawn split by seed and index, of the other by the index alone. */
static int32_t label_of(const hetsyn_dataset *self, uint32_t split, uint64_t index, uint64_t seed) {
  if (self->side != 2) return self->side;
  return (int32_t)((split == 0 ? seed + index : index) % 2);
}

/* Writes as many of the events as fit; four channels of the class's half fire at steps 2, 3, 4 … */
static void write_bursts(const hetsyn_dataset *self, int32_t label, hetsyn_sample *sample) {
  const uint64_t count = 4 * (uint64_t)self->bursts;
  uint64_t e;
  for (e = 0; e < count && e < sample->event_capacity; ++e) {
    sample->event_input[e] = 4 * (uint32_t)label + (uint32_t)(e % 4);
    sample->event_step[e] = (uint32_t)(2 + e / 4) % STEPS;
  }
  sample->event_count = count;
}

static hetsyn_status fill(hetsyn_dataset *self, const hetsyn_request *request, hetsyn_sample *sample,
                          hetsyn_error *error) {
  static uint32_t own_events[4];
  static float own_values[INPUTS * STEPS];
  sample->label = label_of(self, request->split, request->index, request->seed);
  if (sample->analog == NULL) write_bursts(self, sample->label, sample);
  switch (self->lie) {
    case LIE_CHANNEL: sample->event_input[1] = INPUTS; break;
    case LIE_STEP: sample->event_step[1] = request->steps; break;
    case LIE_LABEL: sample->label = OUTPUTS; break;
    case LIE_NO_LABEL: sample->label = -1; break;
    case LIE_EVENT_COUNT: sample->event_count = sample->event_capacity + 1; return HETSYN_OK;
    case LIE_BUFFER_LARGE_ENOUGH: return HETSYN_BUFFER_TOO_SMALL;
    case LIE_BUFFER_ABSURD: sample->event_count = UINT64_MAX; return HETSYN_BUFFER_TOO_SMALL;
    case LIE_BUFFER_GROWS: sample->event_count = sample->event_capacity + 1; return HETSYN_BUFFER_TOO_SMALL;
    case LIE_FILL_FAILS: return fail(error, HETSYN_FAILED, "the tape is torn");
    case LIE_NAN_TARGET: sample->target[3] = NAN; break;
    case LIE_NAN_ANALOG: sample->analog[3] = NAN; break;
    case LIE_ANALOG_EVENTS: sample->event_count = 5; break;
    case LIE_OWN_EVENTS: sample->event_input = own_events; break;
    case LIE_OWN_ANALOG: sample->analog = own_values; break;
    case LIE_OWN_TARGET: sample->target = own_values; break;
    case LIE_INPUT_PAST_END: sample->event_input[sample->event_capacity] = 0; break;
    case LIE_STEP_PAST_END: sample->event_step[sample->event_capacity + 7] = 0; break;
    case LIE_STEP_BEFORE_BEGINNING: *(sample->event_step - 1) = 0; break;
    case LIE_ANALOG_PAST_END: sample->analog[STEPS * INPUTS] = 0; break;
    case LIE_TARGET_PAST_END: sample->target[STEPS] = 0; break;
    case LIE_FILL_CHANGES: sample->event_step[0] = self->fills++ % STEPS; break;
    case LIE_TARGET_CHANGES: sample->target[0] = (float)self->fills++; break;
    case LIE_OTHER_THREAD: sample->event_step[0] = pthread_equal(pthread_self(), self->opener) ? 2 : 7; break;
    case LIE_NOT_STATIC: sample->event_step[0] = (uint32_t)(request->seed % STEPS); break;
    case LIE_CRASH_FILL: crash(); break;
    case LIE_OVERFLOW: sample->label = overflow(0); break;
    case LIE_ROUNDS: compute_otherwise(); break;
    case LIE_ABORT: abort();
    case LIE_EXIT_FILL: exit(0);
    default: break;
  }
  return sample->event_count > sample->event_capacity ? HETSYN_BUFFER_TOO_SMALL : HETSYN_OK;
}

static hetsyn_status sample_info(hetsyn_dataset *self, uint32_t split, uint64_t index, hetsyn_sample_info *info,
                                 hetsyn_error *error) {
  (void)error;
  if (self->lie == LIE_CRASH_SAMPLE_INFO) crash();
  info->label = self->lie == LIE_INFO_LABEL ? OUTPUTS : split == 0 ? -1 : label_of(self, split, index, 0);
  if (self->lie == LIE_INFO_OTHER_LABEL) info->label = 1 - info->label;
  info->group = (int32_t)(index / 4);
  return HETSYN_OK;
}

static hetsyn_status metrics_begin(hetsyn_dataset *self, hetsyn_metrics **metrics, hetsyn_error *error) {
  if (self->lie == LIE_CRASH_METRICS) crash();
  if (self->lie == LIE_METRICS_NO_HANDLE) return HETSYN_OK;
  *metrics = calloc(1, sizeof **metrics);
  return *metrics != NULL ? HETSYN_OK : fail(error, HETSYN_FAILED, "out of memory");
}

static hetsyn_status metrics_add(hetsyn_dataset *self, hetsyn_metrics *metrics, const hetsyn_batch *batch,
                                 hetsyn_error *error) {
  uint32_t b;
  if (self->lie == LIE_METRICS_FAIL) return fail(error, HETSYN_FAILED, "cannot count");
  for (b = 0; b < batch->samples; ++b) {
    const float *last = batch->readout + ((size_t)(b + 1) * batch->steps - 1) * batch->outputs;
    metrics->correct += (last[1] > last[0]) == (batch->labels[b] == 1);
    ++metrics->samples;
  }
  return HETSYN_OK;
}

static hetsyn_status metrics_end(hetsyn_dataset *self, hetsyn_metrics *metrics, double *values, hetsyn_error *error) {
  (void)error;
  if (values != NULL && self->lie == LIE_METRIC_NAN) values[0] = NAN;
  else if (values != NULL) values[0] = (double)metrics->correct / (double)metrics->samples;
  if (values != NULL && self->lie == LIE_METRIC_PERCENT) values[0] *= 100.0;
  if (values != NULL && self->lie == LIE_METRIC_PAST_END) values[1] = 0.5;
  free(metrics);
  return HETSYN_OK;
}

static const hetsyn_task table = {TASK_ABI,
                                  (uint32_t)TASK_SIZE,
                                  TASK_NAME,
                                  "A burst on one half of the channels says the class",
                                  "1.0.0",
                                  keys,
                                  sizeof keys / sizeof keys[0],
                                  sizeof(hetsyn_key),
                                  open_task,
                                  close_task,
                                  describe,
                                  TASK_FILL,
                                  sample_info,
                                  NULL,
                                  metrics_begin,
                                  metrics_add,
                                  metrics_end,
                                  NULL};

#if defined(ENTRY_NULL)
const hetsyn_task *hetsyn_task_entry(void) { return NULL; }
#elif defined(ENTRY_CRASHES)
const hetsyn_task *hetsyn_task_entry(void) {
  raise(SIGSEGV);
  return &table;
}
#elif defined(ENTRY_EXITS)
const hetsyn_task *hetsyn_task_entry(void) { exit(3); }
#elif defined(ENTRY_HANGS)
const hetsyn_task *hetsyn_task_entry(void) {
  for (;;) pause();
}
#elif defined(ENTRY_MISSING)
HETSYN_TASK_EXPORT const hetsyn_task *another_entry(void);
const hetsyn_task *another_entry(void) { return &table; }
#elif defined(ENTRY_UNDEFINED)
int a_function_that_no_library_has(void);
const hetsyn_task *hetsyn_task_entry(void) { return a_function_that_no_library_has() ? &table : NULL; }
#else
const hetsyn_task *hetsyn_task_entry(void) { return &table; }
#endif
