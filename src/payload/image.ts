import type { DecodedPayload } from "./payload.ts";

interface Image {
  format: string;
  width?: number;
  height?: number;
}

/** Recognises an image by its magic number; the bytes stay base64, its size in pixels is noted. */
export function decodeImage(bytes: Uint8Array): DecodedPayload | null {
  const image = recogniseImage(bytes);
  if (image === null) return null;
  const decoded: DecodedPayload = {
    format: image.format,
    certainty: "certain",
    value: bytes.toBase64(),
    encoding: "base64",
  };
  return image.width === undefined || image.height === undefined
    ? decoded
    : { ...decoded, note: `${image.width}×${image.height} pixels` };
}

function recogniseImage(bytes: Uint8Array): Image | null {
  if (bytes.length < 12) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a) {
    return bytes.length < 24
      ? { format: "image/png" }
      : { format: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff && bytes[3] >= 0xc0) {
    return { format: "image/jpeg", ...jpegSize(view) };
  }
  if (hasAscii(bytes, 0, "GIF87a") || hasAscii(bytes, 0, "GIF89a")) {
    return { format: "image/gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
  }
  if (hasAscii(bytes, 0, "RIFF") && hasAscii(bytes, 8, "WEBP")) {
    return { format: "image/webp", ...webpSize(bytes, view) };
  }
  if (hasAscii(bytes, 0, "BM") && bytes.length > 26 && view.getUint32(2, true) === bytes.length) {
    return {
      format: "image/bmp",
      width: view.getInt32(18, true),
      height: Math.abs(view.getInt32(22, true)),
    };
  }
  if (hasAscii(bytes, 4, "ftypavif")) return { format: "image/avif" };
  if (hasAscii(bytes, 4, "ftypheic")) return { format: "image/heic" };
  return null;
}

/** Reads the size from the first start-of-frame segment; at most 1,000 segments are looked at. */
function jpegSize(view: DataView): Pick<Image, "width" | "height"> {
  let at = 2;
  for (let segment = 0; segment < 1000 && at + 9 <= view.byteLength; segment++) {
    if (view.getUint8(at) !== 0xff) break;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 &&
      marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return {};
}

function webpSize(bytes: Uint8Array, view: DataView): Pick<Image, "width" | "height"> {
  if (bytes.length < 30) return {};
  if (hasAscii(bytes, 12, "VP8X")) {
    return {
      width: 1 + (view.getUint32(24, true) & 0xffffff),
      height: 1 + (view.getUint16(27, true) | bytes[29] << 16),
    };
  }
  if (hasAscii(bytes, 12, "VP8 ")) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  return {};
}

function hasAscii(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
