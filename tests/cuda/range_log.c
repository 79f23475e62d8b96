/* A profiler as NVTX sees one (NVTX_INJECTION64_PATH): writes the name of each range where it begins, and a dot where it
 * ends, to the file HETSYN_RANGE_LOG. */
#include <nvtx3/nvToolsExt.h>
#include <stdio.h>
#include <stdlib.h>

static FILE *ranges;

static int NVTX_API begin(const char *name) { return fprintf(ranges, "%s ", name); }
static int NVTX_API end(void) { return fprintf(ranges, ". "); }

__attribute__((visibility("default"))) int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t export_table);
int InitializeInjectionNvtx2(NvtxGetExportTableFunc_t export_table) {
  const NvtxExportTableCallbacks *callbacks = export_table(NVTX_ETID_CALLBACKS);
  NvtxFunctionTable functions = NULL;
  unsigned size = 0;
  if (!callbacks->GetModuleFunctionTable(NVTX_CB_MODULE_CORE, &functions, &size)) return 0;
  if ((ranges = fopen(getenv("HETSYN_RANGE_LOG"), "w")) == NULL) return 0;
  *functions[NVTX_CBID_CORE_RangePushA] = (NvtxFunctionPointer)begin;
  *functions[NVTX_CBID_CORE_RangePop] = (NvtxFunctionPointer)end;
  return 1;
}
