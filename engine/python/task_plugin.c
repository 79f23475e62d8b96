/* The plugin of a task in Python: hetsyn.task_plugin copies it for each task. It reads the text beside it, hetsyn_task_NAME.python,
 * whose lines are the shared library of Python, its home, and a program that sets `address` to the table of the task. The
 * functions of Python that it calls belong to its stable interface, so that one build serves all versions. */
#define _GNU_SOURCE
#include <hetsyn_task.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *say(const char *what, const char *detail) {
  fprintf(stderr, "task in Python: %s%s%s\n", what, detail == NULL ? "" : ": ", detail == NULL ? "" : detail);
  return NULL;
}

/* The text beside this library, which the caller frees. */
static char *read_text(void) {
  Dl_info own;
  char path[4096];
  char *dot, *text = NULL;
  long size;
  FILE *file;
  if (dladdr((void *)&hetsyn_task_entry, &own) == 0 || strlen(own.dli_fname) + 8 > sizeof path) return say("no path", NULL);
  strcpy(path, own.dli_fname);
  dot = strrchr(path, '.');
  if (dot == NULL) return say("its file has no suffix", path);
  strcpy(dot, ".python");
  file = fopen(path, "rb");
  if (file == NULL) return say("cannot read the text beside it; expected what hetsyn.task_plugin writes", path);
  if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) > 0) {
    text = calloc((size_t)size + 1, 1);
    rewind(file);
    if (text != NULL && fread(text, 1, (size_t)size, file) != (size_t)size) {
      free(text);
      text = NULL;
    }
  }
  fclose(file);
  return text == NULL ? say("cannot read the text beside it", path) : text;
}

/* Cuts the first line off `*rest`. */
static char *next_line(char **rest) {
  char *line = *rest, *end = strchr(line, '\n');
  if (end == NULL) return say("the text beside it is cut short", NULL);
  *end = '\0';
  *rest = end + 1;
  return line;
}

/* Starts Python with `home` in place of what the environment says. */
static void start(void *python, const char *home) {
  void (*initialize)(int) = (void (*)(int))dlsym(python, "Py_InitializeEx");
  const char *before = getenv("PYTHONHOME");
  char *kept = before == NULL ? NULL : strdup(before);
  setenv("PYTHONHOME", home, 1);
  initialize(0); /* without signal handlers: Ctrl-C is the engine's */
  if (kept == NULL) {
    unsetenv("PYTHONHOME");
  } else {
    setenv("PYTHONHOME", kept, 1);
  }
  free(kept);
}

static void *run(const char *library, const char *home, const char *program) {
  void *const python = dlopen(library, RTLD_NOW | RTLD_GLOBAL); /* global: modules of Python look for its symbols */
  int (*is_started)(void);
  int (*run_string)(const char *);
  void *(*module_named)(const char *);
  void *(*attribute)(void *, const char *);
  void *(*pointer)(void *);
  void *(*release)(void);
  void *table = NULL;
  if (python == NULL) return say("cannot load Python", dlerror());
  *(void **)&is_started = dlsym(python, "Py_IsInitialized");
  *(void **)&module_named = dlsym(python, "PyImport_AddModule");
  *(void **)&attribute = dlsym(python, "PyObject_GetAttrString");
  *(void **)&pointer = dlsym(python, "PyLong_AsVoidPtr");
  *(void **)&release = dlsym(python, "PyEval_SaveThread");
  *(void **)&run_string = dlsym(python, "PyRun_SimpleString");
  if (!is_started || !module_named || !attribute || !pointer || !release || !run_string) {
    return say("is no shared library of Python", library);
  }
  if (is_started()) return say("Python runs in this process already; expected one task in Python", NULL);
  start(python, home);
  if (run_string(program) == 0) table = pointer(attribute(module_named("__main__"), "address"));
  release(); /* of the interpreter's lock: whatever thread calls the task takes it */
  return table;
}

const hetsyn_task *hetsyn_task_entry(void) {
  const hetsyn_task *table = NULL;
  char *const text = read_text();
  char *rest = text, *library, *home;
  if (text == NULL) return NULL;
  library = next_line(&rest);
  home = library == NULL ? NULL : next_line(&rest);
  if (home != NULL) table = run(library, home, rest);
  free(text);
  return table;
}
