// A camera that sees one QR code: an uncompressed video (YUV4MPEG2) of which Chromium plays the only picture again and again.

import { writeFileSync } from 'node:fs';
import { create } from 'qrcode';

const SIZE = { width: 640, height: 480 };
const WHITE = 235;
const BLACK = 16;

/** Brightness of each pixel, row by row: the code in the middle, with its quiet zone. */
function brightness(text: string): Uint8Array {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const cell = Math.floor(SIZE.height / (modules.size + 8));
  const left = Math.floor((SIZE.width - cell * modules.size) / 2);
  const top = Math.floor((SIZE.height - cell * modules.size) / 2);
  const pixels = new Uint8Array(SIZE.width * SIZE.height).fill(WHITE);
  for (let y = 0; y < cell * modules.size; y += 1) {
    for (let x = 0; x < cell * modules.size; x += 1) {
      if (modules.get(Math.floor(y / cell), Math.floor(x / cell)))
        pixels[(top + y) * SIZE.width + left + x] = BLACK;
    }
  }
  return pixels;
}

/** Writes the video. @returns what makes Chromium take it for its camera */
export function cameraSeeing(text: string, path: string): readonly string[] {
  const { width, height } = SIZE;
  const colourless = Buffer.alloc((width * height) / 2, 128);
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  const frame = [Buffer.from('FRAME\n'), Buffer.from(brightness(text)), colourless];
  writeFileSync(path, Buffer.concat([header, ...frame, ...frame]));
  return [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${path}`,
  ];
}
