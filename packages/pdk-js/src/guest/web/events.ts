import { Event, EventTarget } from "event-target-shim";
import { defineGlobals } from "./define.ts";

class CustomEvent extends Event {
  readonly detail: unknown;

  constructor(
    type: string,
    init: { detail?: unknown; bubbles?: boolean; cancelable?: boolean; composed?: boolean } = {},
  ) {
    super(type, init);
    this.detail = init.detail ?? null;
  }
}

defineGlobals({ Event, EventTarget, CustomEvent });
