import type { DescriptorTable, OutputDescriptor } from "./descriptors.ts";
import { HostFailure } from "./errno.ts";
import { createInput } from "./input.ts";
import type { WasiInput, WasiOptions, WasiOutput } from "./options.ts";
import { createOutput, type OutputStream } from "./output.ts";
import { INPUT_RIGHTS, OUTPUT_RIGHTS } from "./rights.ts";

/** Streams that one call has of its own. */
export interface CallStdio {
  readonly stdin?: WasiInput | undefined;
  readonly stdout?: WasiOutput | undefined;
  readonly stderr?: WasiOutput | undefined;
}

type OutputName = "stdout" | "stderr";

/** The standard streams of one instance. They never reach those of the process. */
export class Stdio {
  readonly #log: (line: string, stream: OutputName) => void;
  readonly #stdin;
  readonly #outputs: Readonly<Record<OutputName, OutputStream | undefined>>;
  #callStdin: ReturnType<typeof createInput> | undefined;
  #callOutputs: Partial<Record<OutputName, OutputStream | undefined>> = {};

  constructor(options: WasiOptions, log: (line: string, stream: OutputName) => void) {
    this.#log = log;
    this.#stdin = createInput(options.stdin);
    this.#outputs = {
      stdout: this.#output(options.stdout, "stdout"),
      stderr: this.#output(options.stderr, "stderr"),
    };
  }

  /** Puts the streams at 0, 1 and 2. */
  install(descriptors: DescriptorTable): void {
    descriptors.set(0, {
      type: "input",
      rights: INPUT_RIGHTS,
      inheriting: 0,
      flags: 0,
      stream: () => this.#callStdin ?? this.#stdin,
    });
    descriptors.set(1, this.#descriptor("stdout"));
    descriptors.set(2, this.#descriptor("stderr"));
  }

  begin({ stdin, stdout, stderr }: CallStdio): void {
    this.#callStdin = stdin === undefined ? undefined : createInput(stdin);
    this.#callOutputs = { stdout: this.#output(stdout, "stdout"), stderr: this.#output(stderr, "stderr") };
  }

  /** Hands on unfinished lines, and goes back to the streams of the options. */
  end(): void {
    const outputs = [...Object.values(this.#callOutputs), ...Object.values(this.#outputs)];
    this.#callStdin = undefined;
    this.#callOutputs = {};
    try {
      for (const output of outputs) output?.flush();
    } catch (error) {
      throw error instanceof HostFailure ? error.cause : error;
    }
  }

  #descriptor(name: OutputName): OutputDescriptor {
    const stream = () => this.#callOutputs[name] ?? this.#outputs[name];
    return { type: "output", rights: OUTPUT_RIGHTS, inheriting: 0, flags: 0, stream };
  }

  #output(target: WasiOutput | undefined, name: OutputName): OutputStream | undefined {
    return createOutput(target, (line) => this.#log(line, name));
  }
}
