/** JSON text, as far as the PDK itself needs it: writing strings, and reading an object of strings. */

/** `text` as a JSON string literal, quotes included. */
export function quote(text: string): string {
  let quoted = '"';
  let copied = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x20 && unit != 0x22 && unit != 0x5c) continue;
    quoted += text.substring(copied, index) + escape(unit);
    copied = index + 1;
  }
  return quoted + text.substring(copied) + '"';
}

function escape(unit: i32): string {
  if (unit == 0x22) return '\\"';
  if (unit == 0x5c) return "\\\\";
  if (unit == 0x0a) return "\\n";
  return "\\u" + unit.toString(16).padStart(4, "0");
}

/**
 * Reads a flat JSON object whose values are strings.
 * @throws Error if `text` is anything else.
 */
export function parseStringMap(text: string): Map<string, string> {
  const scanner = new Scanner(text);
  const entries = new Map<string, string>();
  scanner.expect(0x7b);
  if (!scanner.accept(0x7d)) {
    do {
      const key = scanner.readString();
      scanner.expect(0x3a);
      entries.set(key, scanner.readString());
    } while (scanner.accept(0x2c));
    scanner.expect(0x7d);
  }
  scanner.expectEnd();
  return entries;
}

function isSpace(unit: i32): bool {
  return unit == 0x20 || unit == 0x0a || unit == 0x0d || unit == 0x09;
}

class Scanner {
  private position: i32 = 0;

  constructor(private text: string) {}

  /** Skips white space, then takes `unit` if it is next. */
  accept(unit: i32): bool {
    this.skipSpace();
    if (this.peek() != unit) return false;
    this.position++;
    return true;
  }

  expect(unit: i32): void {
    if (!this.accept(unit)) this.reject();
  }

  expectEnd(): void {
    this.skipSpace();
    if (this.position != this.text.length) this.reject();
  }

  readString(): string {
    this.expect(0x22);
    let value = "";
    let copied = this.position;
    while (this.peek() != 0x22) {
      const unit = this.next();
      if (unit < 0x20) this.reject();
      if (unit != 0x5c) continue;
      value += this.text.substring(copied, this.position - 1) + this.readEscape();
      copied = this.position;
    }
    value += this.text.substring(copied, this.position);
    this.position++;
    return value;
  }

  private readEscape(): string {
    const unit = this.next();
    if (unit == 0x75) return String.fromCharCode(this.readHex());
    const which = '"\\/bfnrt'.indexOf(String.fromCharCode(unit));
    if (which < 0) this.reject();
    return '"\\/\b\f\n\r\t'.charAt(which);
  }

  private readHex(): i32 {
    let value = 0;
    for (let count = 0; count < 4; count++) {
      const digit = "0123456789abcdef".indexOf(String.fromCharCode(this.next() | 0x20));
      if (digit < 0) this.reject();
      value = (value << 4) | digit;
    }
    return value;
  }

  private skipSpace(): void {
    for (let unit = this.peek(); isSpace(unit); unit = this.peek()) this.position++;
  }

  private peek(): i32 {
    return this.position < this.text.length ? this.text.charCodeAt(this.position) : -1;
  }

  private next(): i32 {
    const unit = this.peek();
    if (unit < 0) this.reject();
    this.position++;
    return unit;
  }

  private reject(): void {
    throw new Error("expected a JSON object of strings; it breaks off at position " + this.position.toString());
  }
}
