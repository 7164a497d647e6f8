// Reads a letter's QR code with the camera, or from a photo, into the field that is always there; pictures never leave this device.
// The browser's own detector where it has one; else a library from our origin, loaded when the first picture is looked at.

const PAUSE_MS = 150;
// Enough for a dense code that fills half the picture; more costs cheap phones their fluency.
const MOST_SIDE = 1280;

export function offerScan(scan) {
  const status = scan.querySelector('#scan-status');
  const say = (text) => {
    status.textContent = text;
  };
  const photo = scan.querySelector('#photo-file');
  scan.querySelector('#photo').addEventListener('click', () => photo.click());
  photo.addEventListener('change', () => readPhoto(photo.files[0], scan, say));
  const opener = scan.querySelector('#camera');
  // Browsers lend no camera to a page that came over plain http.
  opener.hidden = navigator.mediaDevices === undefined;
  opener.addEventListener('click', () => toggleCamera(scan, opener, say));
  scan.hidden = false;
}

async function readPhoto(file, { dataset }, say) {
  if (file === undefined) return;
  const read = await codeReader();
  const text = await createImageBitmap(file).then(read, () => null);
  if (text === null) say(dataset.textNocode);
  else submitCode(text, dataset, say);
}

async function toggleCamera(scan, opener, say) {
  const video = scan.querySelector('video');
  if (video.srcObject !== null) return stopCamera(scan, opener, say);
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    video.hidden = false;
    opener.textContent = scan.dataset.textStop;
    say(scan.dataset.textAim);
    await video.play();
  } catch {
    stopCamera(scan, opener, say);
    return say(scan.dataset.textNocamera);
  }
  const text = await watch(video);
  if (text === null) return;
  stopCamera(scan, opener, say);
  submitCode(text, scan.dataset, say);
}

/** @returns null when the camera was closed before */
async function watch(video) {
  const read = await codeReader();
  while (video.srcObject !== null) {
    const text = video.videoWidth === 0 ? null : await read(video);
    if (text !== null && video.srcObject !== null) return text;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return null;
}

function stopCamera(scan, opener, say) {
  const video = scan.querySelector('video');
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
  video.hidden = true;
  opener.textContent = scan.dataset.textCamera;
  say('');
}

function submitCode(text, { textFound }, say) {
  say(textFound);
  const form = document.querySelector('#letter');
  form.querySelector('#code').value = text;
  form.requestSubmit();
}

/** A function that reads the code in a picture or video; null where none is to be seen. */
async function codeReader() {
  const formats = await (globalThis.BarcodeDetector?.getSupportedFormats() ?? []);
  if (formats.includes('qr_code')) {
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue ?? null;
  }
  const { default: decodeQR } = await import('./qr/decode.js');
  return async (picture) => decodeWith(decodeQR, picture);
}

const canvas = document.createElement('canvas');

function decodeWith(decodeQR, picture) {
  const [width, height] = [picture.videoWidth ?? picture.width, picture.videoHeight ?? picture.height];
  const share = Math.min(1, MOST_SIDE / Math.max(width, height));
  canvas.width = Math.round(width * share);
  canvas.height = Math.round(height * share);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height), { timeLimit: 100 });
  } catch {
    // The library says by an error that there is no code in this picture; the next one may have it.
    return null;
  }
}
