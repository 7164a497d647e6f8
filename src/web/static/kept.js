// The files of the last check stay in the memory of this page, so that nobody has to choose them twice.

let files = [];

export function keepFiles(chosen) {
  files = [...chosen];
}

export function keptFiles() {
  return files;
}

/** Puts files into a form's file field, as if they had been chosen there. */
export function putFiles(input, chosen) {
  const transfer = new DataTransfer();
  for (const file of chosen) transfer.items.add(file);
  input.files = transfer.files;
}
