// Numbers for people, as web/words.cpp writes them.

export const kNothing = "–";

/**
 * @param {number} value
 * @param {number} digits
 */
function fixed(value, digits) {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && /[1-9]/.test(text) ? "−" + text : text;
}

/** @param {number | null} value */
export function number_words(value) {
  if (value === null || Number.isNaN(value)) return kNothing;
  const size = Math.abs(value);
  if (size >= 1e6) return value.toExponential(2);
  return fixed(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** @param {number | null} value */
export function probability_words(value) {
  if (value === null) return kNothing;
  return value < 0.001 ? "<0.001" : fixed(value, 3);
}

/**
 * @param {number | null} low
 * @param {number | null} high
 */
export function interval_words(low, high) {
  return low === null || high === null ? kNothing : `[${number_words(low)}, ${number_words(high)}]`;
}

/** @param {number} share */
export function percent_words(share) {
  return fixed(100 * share, share < 0.0995 ? 1 : 0) + " %";
}

/**
 * A token so that one sees it.
 * @param {string} token
 */
export function visible_token(token) {
  if (token === " ") return "␣";
  return token.replaceAll("\n", "↵").replaceAll("\t", "→").replaceAll("\r", "␍");
}
