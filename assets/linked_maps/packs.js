// Reads the binary packs that carry words, coordinates and neighbours to the browser:
// a header length (uint32, little-endian), a JSON header, then the arrays, each at a multiple of 8.

const KINDS = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  int32: Int32Array,
};

/** Returns {meta, arrays} of one pack; the arrays are views, nothing is copied. */
export function unpack(buffer) {
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  const start = Math.ceil((4 + headerLength) / 8) * 8;
  const arrays = {};
  for (const [name, { dtype, shape, offset }] of Object.entries(header.arrays)) {
    const length = shape.reduce((product, size) => product * size, 1);
    arrays[name] = new KINDS[dtype](buffer, start + offset, length);
    arrays[name].shape = shape;
  }
  return { meta: header.meta, arrays };
}

/** Fetches one pack; an answer that is not one becomes an Error with one plain line. */
export async function fetchPack(url, signal) {
  let response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The app does not answer. Is it still running? Reload the page to try again.");
  }
  if (!response.ok) {
    const said = await response.json().catch(() => ({}));
    throw new Error(said.error || `The map could not be fetched (${response.status}).`);
  }
  return unpack(await response.arrayBuffer());
}

/** Fetches JSON, or null where there is none. */
export async function fetchJson(url, signal) {
  try {
    const response = await fetch(url, { signal });
    return response.ok ? await response.json() : null;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return null;
  }
}
