/* hetsyn_task.h: the contract between the engine and a task plugin. Pure C99; both sides share nothing else.
 *
 * A plugin is a shared library that exports one symbol, `hetsyn_task_entry`, which returns a table of functions. Rules:
 *  - The table and everything it points to must stay valid until the process ends: plugins are never unloaded.
 *  - `abi_version` and `struct_size` come first and are checked before anything else. The major version must match. A table
 *    with a smaller struct_size of the same major version is accepted, and missing functions count as NULL; of a larger
 *    one the engine reads the part that it knows.
 *  - The engine owns all buffers. A plugin never frees memory of the engine, and the engine never frees memory of a plugin;
 *    the plugin creates and destroys its opaque handles itself.
 *  - Every function returns a hetsyn_status and, on failure, fills the hetsyn_error. No exception may leave a function.
 *  - `fill` and `sample_info` are called from several threads at once on one dataset. All other functions are called
 *    from one thread at a time.
 */
#ifndef HETSYN_TASK_H
#define HETSYN_TASK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HETSYN_TASK_ABI_MAJOR 1u
#define HETSYN_TASK_ABI_MINOR 5u
#define HETSYN_TASK_ABI_VERSION ((HETSYN_TASK_ABI_MAJOR << 16) | HETSYN_TASK_ABI_MINOR)

#if defined(_WIN32)
#define HETSYN_TASK_EXPORT __declspec(dllexport)
#else
#define HETSYN_TASK_EXPORT __attribute__((visibility("default")))
#endif

typedef int32_t hetsyn_status;
enum {
  HETSYN_OK = 0,
  HETSYN_FAILED = 1,           /* the message says what */
  HETSYN_BUFFER_TOO_SMALL = 2, /* fill only: event_count is the number needed; the engine calls again with a larger buffer */
  HETSYN_BAD_CONFIG = 3,       /* open only: `key` names the wrong config key */
  HETSYN_NO_DATA = 4,          /* open only: the data were not found; the message should name the paths tried and what to do */
  HETSYN_DATA_TO_BE_MADE = 5,  /* open only, with dry_run (since 1.2): a run would first make the data; the message should
                                  say which, and how long that takes */
  HETSYN_BAD_TASK = 6          /* since 1.3: the task breaks a rule; for bindings that explain this in terms of their own
                                  language. The engine adds the plugin's file to the message. */
};

/* Limits of the engine. */
#define HETSYN_MAX_INPUTS (1u << 20)
#define HETSYN_MAX_OUTPUTS (1u << 16)
#define HETSYN_MAX_STEPS (1u << 24) /* 65535 before 1.5 */
#define HETSYN_MAX_LISTED 64u /* splits, losses, metrics */
#define HETSYN_MAX_TEXT (1u << 16) /* bytes of a text, without its NUL */

/* Filled by the plugin on failure; both texts end in NUL. */
typedef struct hetsyn_error {
  char key[64];       /* HETSYN_BAD_CONFIG: name of the offending key, without "task." */
  char message[2048]; /* one sentence for the user: file, place, what was expected */
} hetsyn_error;

/* ---- configuration ---------------------------------------------------------------------------------------------- */

/* HETSYN_PATH (since 1.1): a string that names a file or folder. The engine makes a relative one absolute, from the
 * directory it was started in; "" stays "". */
enum { HETSYN_BOOL = 0, HETSYN_INT = 1, HETSYN_REAL = 2, HETSYN_STRING = 3, HETSYN_PATH = 4 };

/* The meaning of a key for a run (since 1.3). If keys of samples differ, the engine refuses to continue a run and does not
 * average runs; an evaluation may change them, and then lists them. Keys of the type HETSYN_PATH always count as
 * placement. */
enum {
  HETSYN_KEY_SAMPLES = 0,     /* which samples there are and what is in them */
  HETSYN_KEY_PLACEMENT = 1,   /* where files are found or kept: the same content elsewhere is the same data */
  HETSYN_KEY_PRESENTATION = 2 /* how the data are called */
};

/* One key of the [task] table. The engine checks type, range and choices, and documents the key. */
typedef struct hetsyn_key {
  const char *name;          /* letters, digits and '_'; not "name", which is the key for the name of the task */
  int32_t type;
  const char *unit;          /* "ms", "Hz", …; "" for none */
  const char *default_value; /* as written in TOML: "4.0", "true", "\"floor\"" */
  double minimum, maximum;   /* for numbers; equal: no bounds; INFINITY: no bound on that side */
  const char *choices;       /* strings: "floor|paper"; NULL or "": any */
  const char *help;          /* one sentence */
  int32_t role;              /* since 1.3: HETSYN_KEY_… */
} hetsyn_key;

/* The value of a key. The engine passes all keys of the schema in its order, with defaults for those not given. */
typedef struct hetsyn_value {
  const char *name;
  int32_t type;
  int64_t integer;    /* HETSYN_INT; HETSYN_BOOL: 0 or 1 */
  double real;        /* HETSYN_REAL, HETSYN_INT */
  const char *string; /* HETSYN_STRING, HETSYN_PATH; valid during open() only */
} hetsyn_value;

typedef struct hetsyn_open_args {
  uint32_t struct_size;
  uint32_t value_count;
  const hetsyn_value *values;
  uint64_t seed;          /* of the run: for what stays the same during a run (templates, targets) */
  const char *data_path;  /* directories to search besides those of the task's keys: HETSYN_DATA or ""; ':'-separated */
  const char *cache_path; /* directory for derived files; it may not exist yet */
  void (*log)(int32_t level, const char *message); /* level 0 debug, 1 info, 2 warning */
  int32_t dry_run; /* since 1.2; 1: the user only wants to know what a run would do; write nothing */
  uint32_t threads; /* since 1.4: largest number of threads that open may use, that of the run; 0: one for each core */
  void *binding;    /* since 1.5: hetsyn_task.binding of the table whose open function this is */
} hetsyn_open_args;

/* ---- what the task is --------------------------------------------------------------------------------------------- */

enum { HETSYN_INPUT_EVENTS = 0, HETSYN_INPUT_ANALOG = 1 };
enum { HETSYN_READOUT_INTEGRATOR = 0, HETSYN_READOUT_SPIKING = 1 };
enum { HETSYN_ROLE_TRAIN = 0, HETSYN_ROLE_VALIDATION = 1, HETSYN_ROLE_TEST = 2 };

typedef struct hetsyn_split {
  const char *name;      /* "train", "test", … */
  int32_t role;
  int32_t drawn;         /* 1: samples are drawn from the seed, any index is valid, and `samples` is a suggestion */
  uint64_t samples;
} hetsyn_split;

/* Built-in losses; the engine computes value and gradient, on the device if possible. y = V^out [T][K] of one sample.
 * All are means over the samples of a batch. */
enum {
  HETSYN_LOSS_SOFTMAX_SUM = 0,  /* cross-entropy of softmax(Σ_t softmax(y[t])) and label; params[0]: first steps left out */
  HETSYN_LOSS_LAST_STEP = 1,    /* cross-entropy of softmax(y[T−1]) and label */
  HETSYN_LOSS_SPIKE_COUNT = 2,  /* cross-entropy of softmax(Σ_t z[t] / s) and label; spiking readout; params[0]: s, the
                                 * number of spikes for one unit of the softmax's argument; 0 means 1 */
  HETSYN_LOSS_TRACE_MSE = 3,    /* mean over steps and outputs of (y − target)² */
  HETSYN_LOSS_RATE = 4,         /* mean over hidden neurons of ((rate − params[0] Hz) / params[0] Hz)², rate over batch and time */
  HETSYN_LOSS_CALLBACK = 5      /* the table's loss_callback */
};
typedef struct hetsyn_loss {
  int32_t id;
  double weight; /* the total loss is Σ weight · loss */
  double params[4];
} hetsyn_loss;

typedef struct hetsyn_metric {
  const char *name; /* "accuracy", "mse", …; the first metric of a task selects models */
  const char *unit;
  int32_t higher_is_better;
} hetsyn_metric;

/* Metrics that the engine computes itself (since 1.4), on the device if possible, summed over batches and processes. */
enum {
  HETSYN_METRIC_OWN = 0,      /* the task's own: metrics_begin, metrics_add and metrics_end */
  HETSYN_METRIC_ACCURACY = 1, /* fraction of samples whose decided class is their label. `loss` is one of the three losses
                               * with a label; the class is the argmax of the scores of which it takes the softmax, and
                               * of equal scores the first; params as in hetsyn_loss */
  HETSYN_METRIC_TRACE_MSE = 2 /* mean over samples, steps and outputs of (y − target)² */
};
typedef struct hetsyn_metric_rule {
  int32_t id;
  int32_t loss;
  double params[4];
} hetsyn_metric_rule;

/* Written by describe(); pointers must stay valid until close(). Texts are UTF-8. The engine sets struct_size and zeroes the
 * rest; a member beyond struct_size belongs to a later version than the engine's, and must not be written.
 * There must be a split with the role of training data, at most one split of each role, a loss and a metric. */
typedef struct hetsyn_info {
  uint32_t struct_size;
  int32_t input_kind;
  uint32_t inputs;  /* channels */
  uint32_t outputs; /* readout neurons K */
  uint32_t steps;   /* T */
  int32_t readout_kind;
  double dt_ms;           /* suggested Δt of the network, model time */
  double step_ms;         /* duration of one step in the data's own time (bin width); often equal to dt_ms */
  uint32_t targets;       /* columns of the target trace; 0: none */
  uint32_t split_count;
  const hetsyn_split *splits;
  uint32_t loss_count;
  uint32_t metric_count;
  const hetsyn_loss *losses;
  const hetsyn_metric *metrics;
  const char *data_name;  /* the name of the data in results: "SHD", "FSDD in SHD format", "generated", … */
  int32_t standin;        /* 1: a synthetic corpus replaces the real one */
  int32_t static_samples; /* 1: fill() gives the same sample for the same index with any seed, so that it may be cached;
                           * not together with a split that is drawn */
  uint64_t skipped;        /* since 1.2: samples left out because their files are damaged */
  const char *skipped_why; /* since 1.2: a sentence with the first few of them and the reasons; NULL or "": none */
  /* since 1.3: a digest of the content of the files, independent of their names and places and of keys that say how they
   * are presented: equal text, equal data. The engine compares it before it continues, evaluates or averages runs.
   * NULL or "": the engine makes one from the numbers, labels and groups of the samples and from a few inputs. */
  const char *data_digest;
  const char *const *class_names; /* since 1.3: [outputs], or NULL if classes have no names */
  const char *const *group_names; /* since 1.3: [group_count], the name of each hetsyn_sample_info.group; or NULL */
  uint32_t group_count;           /* since 1.3 */
  uint64_t events;                /* since 1.3: events in the files, all splits together; 0: unknown, or drawn */
  uint64_t events_lost;           /* since 1.3: events among them that never reach the network because the keys exclude
                                   * their time or channel */
  const hetsyn_metric_rule *metric_rules; /* since 1.4: [metric_count], one for each of `metrics`; NULL: all are the task's own */
} hetsyn_info;

/* ---- samples ------------------------------------------------------------------------------------------------------ */

typedef struct hetsyn_request {
  uint32_t struct_size;
  uint32_t split;    /* index into hetsyn_info.splits */
  uint64_t index;    /* sample of the split */
  uint64_t seed;     /* for all random draws; equal requests must give equal samples */
  uint32_t steps;    /* the requested T; hetsyn_info.steps unless time is warped */
  double time_scale; /* event times are multiplied by this before they are binned; 1 unless time is warped */
} hetsyn_request;

/* One sample. The engine sets struct_size, pointers and capacity, zeroes `analog` and `target` and presets label = −1.
 * The plugin writes to the memory that the pointers point to, which the engine owns, and does not change the pointers. */
typedef struct hetsyn_sample {
  uint32_t struct_size;
  int32_t label;           /* class, or −1 */
  uint64_t event_capacity; /* size of event_input and event_step; 0 for analog input, which has no events */
  uint64_t event_count;    /* set by the plugin */
  uint32_t *event_input;   /* channel of each event, < inputs */
  uint32_t *event_step;    /* step of each event, < steps; any order; several in the same place count once */
  float *analog;           /* [steps][inputs]; NULL for event input */
  float *target;           /* [steps][targets]; NULL without targets */
} hetsyn_sample;

typedef struct hetsyn_sample_info {
  uint32_t struct_size;
  int32_t label; /* class, or −1 */
  int32_t group; /* speaker, writer, …; −1: none. A held-out validation set may keep whole groups apart. */
} hetsyn_sample_info;

/* The network's answer to a batch, for metrics and the loss callback; valid during the call. */
typedef struct hetsyn_batch {
  uint32_t struct_size;
  uint32_t samples, steps, outputs, targets;
  double dt_ms;
  const float *readout;  /* [samples][steps][outputs] */
  const int32_t *labels; /* [samples] */
  const float *target;   /* [samples][steps][targets]; NULL without targets */
} hetsyn_batch;

/* Receives a series of `count` pairs for a report; may be called any number of times. Series of the same `plot` are curves
 * in one figure, with the labels of its axes, which contain units: "time (ms)". x is finite; a y that is NaN interrupts
 * the curve. The engine copies texts and values. */
typedef struct hetsyn_plot_sink {
  void *context;
  void (*series)(void *context, const char *plot, const char *series, const char *x_label, const char *y_label,
                 const double *x, const double *y, uint64_t count);
} hetsyn_plot_sink;

typedef struct hetsyn_dataset hetsyn_dataset; /* defined by the plugin: an opened task */
typedef struct hetsyn_metrics hetsyn_metrics; /* defined by the plugin: sums over the batches of one evaluation */

/* ---- the table ---------------------------------------------------------------------------------------------------- */

typedef struct hetsyn_task {
  uint32_t abi_version; /* HETSYN_TASK_ABI_VERSION */
  uint32_t struct_size; /* sizeof(hetsyn_task) */
  const char *name;     /* the name for --task, of letters, digits and '_' */
  const char *summary;  /* one sentence */
  const char *version;  /* of the plugin, "1.0.0" */
  const hetsyn_key *keys;
  uint32_t key_count;
  uint32_t key_size;    /* sizeof(hetsyn_key) */

  /* Finds and checks the data. On success *dataset must not be NULL; the engine calls close() once. */
  hetsyn_status (*open)(const hetsyn_open_args *args, hetsyn_dataset **dataset, hetsyn_error *error);
  void (*close)(hetsyn_dataset *dataset);
  hetsyn_status (*describe)(hetsyn_dataset *dataset, hetsyn_info *info, hetsyn_error *error);
  /* Makes a sample. Called from several threads at once. */
  hetsyn_status (*fill)(hetsyn_dataset *dataset, const hetsyn_request *request, hetsyn_sample *sample,
                        hetsyn_error *error);
  /* Label and group of a sample of a split that is not drawn, without making it. Called from several threads at once.
   * NULL: unknown. */
  hetsyn_status (*sample_info)(hetsyn_dataset *dataset, uint32_t split, uint64_t index, hetsyn_sample_info *info,
                               hetsyn_error *error);
  /* Writes the value (mean over the batch) and the gradient d_readout [samples][steps][outputs], which is zero before.
   * NULL without HETSYN_LOSS_CALLBACK. */
  hetsyn_status (*loss_callback)(hetsyn_dataset *dataset, const hetsyn_batch *batch, double *loss, float *d_readout,
                                 hetsyn_error *error);
  /* The task's own metrics in an evaluation: begin, add for each batch, end. end() writes metric_count finite values, of
   * which those that the engine computes are ignored, and always frees the handle; with values = NULL it only frees it.
   * NULL if the engine computes all metrics (since 1.4). */
  hetsyn_status (*metrics_begin)(hetsyn_dataset *dataset, hetsyn_metrics **metrics, hetsyn_error *error);
  hetsyn_status (*metrics_add)(hetsyn_dataset *dataset, hetsyn_metrics *metrics, const hetsyn_batch *batch,
                               hetsyn_error *error);
  hetsyn_status (*metrics_end)(hetsyn_dataset *dataset, hetsyn_metrics *metrics, double *values, hetsyn_error *error);
  /* Series for the HTML report of a run, from one batch after training: the samples that the report shows.
   * NULL: none. */
  hetsyn_status (*plots)(hetsyn_dataset *dataset, const hetsyn_batch *batch, const hetsyn_plot_sink *sink,
                         hetsyn_error *error);
  void *binding; /* since 1.5: the engine passes it to open(). For bindings to other languages, which make several tables
                  * with one open function; otherwise NULL */
} hetsyn_task;

/* The one symbol of a plugin. */
#define HETSYN_TASK_ENTRY "hetsyn_task_entry"
typedef const hetsyn_task *(*hetsyn_task_entry_function)(void);
HETSYN_TASK_EXPORT const hetsyn_task *hetsyn_task_entry(void);

#ifdef __cplusplus
}
#endif
#endif
