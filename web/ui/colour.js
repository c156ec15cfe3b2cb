// Colour scales, computed in OKLab so that equal steps look equal. Lightness runs one way along each arm, so that they can be
// read without seeing hues; the two arms of the diverging scale are blue and orange, which all kinds of colour blindness tell
// apart.
import { size_canvas } from "./dom.js";

/** @typedef {(value: number) => string} Scale maps a value of its domain to a CSS colour */

export function is_dark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/**
 * OKLCH to linear sRGB (Ottosson 2020, https://bottosson.github.io/posts/oklab/); outside of 0 to 1 where there
 * is no such colour.
 * @param {number} lightness 0 to 1
 * @param {number} chroma
 * @param {number} hue degrees
 */
function linear_srgb(lightness, chroma, hue) {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle),
    b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/**
 * The colour as CSS; where the screen has none so strong, a paler one of the same lightness and hue.
 * @param {number} lightness 0 to 1
 * @param {number} chroma
 * @param {number} hue degrees
 */
export function oklch(lightness, chroma, hue) {
  return css_of(in_gamut(lightness, chroma, hue));
}

/**
 * @param {number} lightness
 * @param {number} chroma
 * @param {number} hue
 */
function in_gamut(lightness, chroma, hue) {
  let linear = linear_srgb(lightness, chroma, hue);
  for (let c = chroma; c > 0.001 && linear.some((value) => value < -0.0005 || value > 1.0005); c *= 0.95)
    linear = linear_srgb(lightness, c * 0.95, hue);
  return linear;
}

/** @param {number[]} linear */
function css_of(linear) {
  const bytes = linear.map((value) => {
    const clipped = Math.min(1, Math.max(0, value));
    const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(255 * encoded);
  });
  return `rgb(${bytes[0]} ${bytes[1]} ${bytes[2]})`;
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} t
 */
const between = (from, to, t) => from + (to - from) * t;

/**
 * From nothing (the ground) to much.
 * @param {number} share 0 to 1
 * @param {boolean} dark
 */
export function sequential_colour(share, dark) {
  return css_of(sequential_linear(share, dark));
}

/**
 * Black or white: what can be read on the sequential colour (WCAG 2.1, 1.4.3).
 * @param {number} share 0 to 1
 * @param {boolean} dark
 */
export function ink_on_sequential(share, dark) {
  const [r, g, b] = sequential_linear(share, dark);
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0) > 0.179 ? "#000000" : "#ffffff";
}

/**
 * @param {number} share
 * @param {boolean} dark
 */
function sequential_linear(share, dark) {
  const t = Math.min(1, Math.max(0, share));
  const chroma = 0.008 + 0.135 * Math.sin(Math.PI * between(0, 0.74, t));
  return dark
    ? in_gamut(between(0.25, 0.94, t), chroma, between(262, 110, t))
    : in_gamut(between(0.955, 0.33, t), chroma, between(150, 266, t));
}

/**
 * From much below (orange) over nothing to much above (blue).
 * @param {number} part -1 to 1
 * @param {boolean} dark
 */
export function diverging_colour(part, dark) {
  const size = Math.min(1, Math.abs(part));
  const hue = part < 0 ? 52 : 255;
  return dark
    ? oklch(between(0.27, 0.82, size), 0.005 + 0.145 * size, hue)
    : oklch(between(0.965, 0.47, size), 0.004 + 0.146 * size, hue);
}

/**
 * @typedef {object} Domain
 * @property {boolean} diverging
 * @property {number} low
 * @property {number} high
 */

/**
 * Shares are shown from 0 to 1; other numbers that are never negative from 0 to their largest; all else around 0, as far as the
 * number that is farthest from it.
 * @param {string} unit
 * @param {(number | null)[]} values
 * @returns {Domain}
 */
export function domain_of(unit, values) {
  let low = 0,
    high = 0;
  for (const value of values) {
    if (value === null || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low >= 0) return { diverging: false, low: 0, high: unit === "share" ? Math.max(1, high) : high || 1 };
  const size = Math.max(-low, high);
  return { diverging: true, low: -size, high: size };
}

/**
 * One that holds both.
 * @param {Domain} a
 * @param {Domain} b
 * @returns {Domain}
 */
export function joined_domain(a, b) {
  const diverging = a.diverging || b.diverging;
  const size = Math.max(-a.low, a.high, -b.low, b.high);
  return { diverging, low: diverging ? -size : 0, high: size };
}

/**
 * @param {Domain} domain
 * @returns {Scale}
 */
export function scale_of(domain) {
  const dark = is_dark();
  return domain.diverging
    ? (value) => diverging_colour(value / domain.high, dark)
    : (value) => sequential_colour(value / domain.high, dark);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Domain} domain
 */
export function draw_scale_bar(canvas, domain) {
  const width = 96,
    height = 10,
    context = size_canvas(canvas, width, height),
    scale = scale_of(domain);
  for (let x = 0; x < width; ++x) {
    context.fillStyle = scale(domain.low + ((domain.high - domain.low) * (x + 0.5)) / width);
    context.fillRect(x, 0, 1.5, height);
  }
}

/**
 * Marks what was not measured.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {string} ground
 * @param {string} line
 */
export function fill_hatched(context, x, y, width, height, ground, line) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.fillStyle = ground;
  context.fillRect(x, y, width, height);
  context.strokeStyle = line;
  context.lineWidth = 1;
  context.beginPath();
  for (let d = -height; d < width; d += 4) {
    context.moveTo(x + d, y + height);
    context.lineTo(x + d + height, y);
  }
  context.stroke();
  context.restore();
}
