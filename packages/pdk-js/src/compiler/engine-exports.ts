/**
 * What the fused engine exports. The build process needs these to evaluate a plugin;
 * of them a finished plugin keeps only its memory, its table and the direct-transfer switch.
 */
export const PLUGIN_EXPORTS = ["memory", "__indirect_function_table", "mortise_direct"] as const;

/** Engine functions that the build process calls. */
const BUILD_EXPORTS = [
  "mortise_run",
  "__stack_pointer",
  "_initialize",
  "malloc",
  "free",
  "qjs_init",
  "qjs_get_context_ptr",
  "qjs_get_runtime_ptr",
  "JS_Call",
  "JS_Eval",
  "JS_EvalFunction",
  "JS_ExecutePendingJob",
  "JS_FreeCString",
  "JS_FreeValue",
  "JS_GetException",
  "JS_GetGlobalObject",
  "JS_GetModuleNamespace",
  "JS_GetPropertyStr",
  "JS_IsJobPending",
  "JS_NewCFunction2",
  "JS_NewObject",
  "JS_NewStringLen",
  "JS_PromiseResult",
  "JS_PromiseState",
  "JS_ReadObject",
  "JS_ResolveModule",
  "JS_RunGC",
  "JS_SetGCThreshold",
  "JS_SetHostPromiseRejectionTracker",
  "JS_SetInterruptHandler",
  "JS_SetMaxStackSize",
  "JS_SetPropertyStr",
  "JS_ToCStringLen2",
  "JS_UpdateStackTop",
  "JS_WriteObject",
  "js_free",
] as const;

export const ENGINE_EXPORTS: readonly string[] = [...PLUGIN_EXPORTS, ...BUILD_EXPORTS];

/** The adapter's functions in the engine's table, counted from the first of them (adapter/adapter.wat). */
export const ADAPTER_TABLE = { native: 0, resizeBuffer: 1, rejection: 2, clock: 3, random: 4 } as const;
export const ADAPTER_FUNCTIONS = 5;

/** Host functions that a plugin may declare. */
export const MAX_HOST_FUNCTIONS = 64;
/** Import slots in the engine: for those, for the clock and for random numbers. */
export const IMPORT_SLOTS = MAX_HOST_FUNCTIONS + 2;
/** The module name of an unused slot, before a plugin is composed. */
export const SLOT_MODULE = "mortise:slot";
