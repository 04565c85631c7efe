/** Engine values are NaN-boxed 64-bit numbers; the tag is the upper half. */
export type EngineValue = bigint;

/** QuickJS' C API as the fused engine exports it (engine-exports.ts), with raw addresses and values. */
export interface EngineExports {
  readonly memory: WebAssembly.Memory;
  readonly __indirect_function_table: WebAssembly.Table;
  readonly __stack_pointer: WebAssembly.Global;
  _initialize(): void;
  malloc(size: number): number;
  free(address: number): void;
  js_free(context: number, address: number): void;
  qjs_init(): number;
  qjs_get_context_ptr(): number;
  qjs_get_runtime_ptr(): number;
  JS_Call(context: number, fn: EngineValue, self: EngineValue, argc: number, argv: number): EngineValue;
  JS_Eval(context: number, code: number, length: number, filename: number, flags: number): EngineValue;
  JS_EvalFunction(context: number, fn: EngineValue): EngineValue;
  JS_ExecutePendingJob(runtime: number, context: number): number;
  JS_FreeCString(context: number, text: number): void;
  JS_FreeValue(context: number, value: EngineValue): void;
  JS_GetException(context: number): EngineValue;
  JS_GetGlobalObject(context: number): EngineValue;
  JS_GetModuleNamespace(context: number, module: number): EngineValue;
  JS_GetPropertyStr(context: number, object: EngineValue, name: number): EngineValue;
  JS_IsJobPending(runtime: number): number;
  JS_NewCFunction2(
    context: number,
    fn: number,
    name: number,
    length: number,
    kind: number,
    magic: number,
  ): EngineValue;
  JS_NewObject(context: number): EngineValue;
  JS_NewStringLen(context: number, text: number, length: number): EngineValue;
  JS_PromiseResult(context: number, promise: EngineValue): EngineValue;
  JS_PromiseState(context: number, promise: EngineValue): number;
  JS_ReadObject(context: number, bytes: number, length: number, flags: number): EngineValue;
  JS_ResolveModule(context: number, module: EngineValue): number;
  JS_RunGC(runtime: number): void;
  JS_SetHostPromiseRejectionTracker(runtime: number, tracker: number, opaque: number): void;
  JS_SetInterruptHandler(runtime: number, handler: number, opaque: number): void;
  JS_SetMaxStackSize(runtime: number, bytes: number): void;
  JS_SetPropertyStr(context: number, object: EngineValue, name: number, value: EngineValue): number;
  JS_ToCStringLen2(context: number, length: number, value: EngineValue, cesu8: number): number;
  JS_UpdateStackTop(runtime: number): void;
  JS_WriteObject(context: number, length: number, value: EngineValue, flags: number): number;
}
