// A link that carries a game: its text, compressed by the browser, in the part of the address that is sent to no server.

const MARK = "#game=";
const LONGEST = 64_000; // characters of a link, which mail and chat programs still pass on

export function codeIn(address) {
  const at = address.indexOf(MARK);
  return at < 0 ? null : address.slice(at + MARK.length);
}

export async function linkTo(text, address) {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const code = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  if (code.length > LONGEST) throw new Error("this game is too long for a link; download it instead");
  return address.split("#")[0] + MARK + code;
}

export async function textOf(code, longest) {
  if (code.length > LONGEST || !/^[\w-]+$/.test(code)) throw new Error("this link carries no game");
  try {
    const letters = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
    return await unpacked(bytes, longest);
  } catch (error) {
    throw new Error(`this link carries no game (${error.message})`);
  }
}

async function unpacked(bytes, longest) {
  // a short link may unpack to any length: it is read piece by piece, and only so far
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "", length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > longest) {
      await reader.cancel();
      throw new Error(`it has more than ${longest} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
