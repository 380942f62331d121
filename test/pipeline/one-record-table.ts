type Value = string | number | { readonly [key: string]: Value };

/** A value in the data format of https://maxmind.github.io/MaxMind-DB/: texts below 29 bytes, 32-bit numbers, small maps. */
function encode(value: Value): Buffer {
  if (typeof value === 'string') return Buffer.concat([Buffer.of(0x40 | value.length), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([Buffer.of(0xc4), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([
    Buffer.of(0xe0 | entries.length),
    ...entries.flatMap(([key, item]) => [encode(key), encode(item)]),
  ]);
}

/** An address table that gives every address there is the same record: what it is asked for, it answers. */
export function oneRecordTable(record: Value, ipVersion: 4 | 6 = 6): Buffer {
  const nodeCount = 1;
  const pointer = nodeCount + 16;
  const node = Buffer.of(0, 0, pointer, 0, 0, pointer);
  const metadata = {
    node_count: nodeCount,
    record_size: 24,
    ip_version: ipVersion,
    database_type: 'test',
    build_epoch: 0,
  };
  return Buffer.concat([
    node,
    Buffer.alloc(16),
    encode(record),
    Buffer.from('\u00AB\u00CD\u00EFMaxMind.com', 'latin1'),
    encode(metadata),
  ]);
}
