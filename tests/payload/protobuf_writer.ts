/** A protobuf message under construction, field by field in the order of the calls. */
export class ProtobufWriter {
  readonly #bytes: number[] = [];

  varint(field: number, value: number | bigint | boolean): this {
    this.#raw(BigInt(field) << 3n);
    return this.#raw(BigInt.asUintN(64, BigInt(value)));
  }

  text(field: number, value: string): this {
    return this.content(field, new TextEncoder().encode(value));
  }

  message(field: number, value: ProtobufWriter): this {
    return this.content(field, value.toBytes());
  }

  content(field: number, value: Uint8Array): this {
    this.#raw(BigInt(field) << 3n | 2n).#raw(BigInt(value.length));
    this.#bytes.push(...value);
    return this;
  }

  float(field: number, value: number): this {
    this.#raw(BigInt(field) << 3n | 5n);
    this.#bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  double(field: number, value: number): this {
    this.#raw(BigInt(field) << 3n | 1n);
    this.#bytes.push(...new Uint8Array(Float64Array.of(value).buffer));
    return this;
  }

  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #raw(value: bigint): this {
    let rest = value;
    while (rest >= 128n) {
      this.#bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
    return this;
  }
}
