// Fetching: the JSON twins and the matrices. What was fetched is kept until the page's view changes.

/** @typedef {{ shape: number[], values: Float32Array }} Matrix */

/** @type {Map<string, Promise<any>>} */
const kept = new Map();

/**
 * @template T
 * @param {string} url
 * @param {(response: Response) => Promise<T>} read
 * @returns {Promise<T>}
 */
function once(url, read) {
  let promise = kept.get(url);
  if (!promise) {
    promise = fetch(url).then(async (response) => {
      if (!response.ok) throw new Error(await reason(response));
      return read(response);
    });
    promise.catch(() => kept.delete(url));
    kept.set(url, promise);
  }
  return promise;
}

/**
 * What the server says went wrong.
 * @param {Response} response
 */
async function reason(response) {
  try {
    return (await response.json()).error.message;
  } catch {
    return `the server answers ${response.status}`;
  }
}

/**
 * The "data" of a JSON twin.
 * @param {string} url
 * @returns {Promise<any>}
 */
export function load_data(url) {
  return once(url, async (response) => (await response.json()).data);
}

/**
 * Little-endian float32, with the shape from the header.
 * @param {string} url
 * @returns {Promise<Matrix>}
 */
export function load_matrix(url) {
  return once(url, async (response) => {
    const shape = (response.headers.get("X-Headlight-Shape") ?? "").split(",").map(Number);
    const view = new DataView(await response.arrayBuffer());
    const values = new Float32Array(view.byteLength / 4);
    for (let i = 0; i < values.length; ++i) values[i] = view.getFloat32(4 * i, true);
    return { shape, values };
  });
}

export function forget_all() {
  kept.clear();
}

/**
 * A URL with query fields; empty ones are left out.
 * @param {string} path
 * @param {Record<string, string | number | null>} fields
 */
export function url_with(path, fields) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== null && value !== "") query.set(name, String(value));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** @param {string} model */
export function model_url(model) {
  return "/models/" + model.split("/").map(encodeURIComponent).join("/");
}
