/** Photos made small on the phone: the network on the way is poor. */
const LONGEST = 1600;
const QUALITY = 0.8;

/** A photo as JPEG, its longer side 1600 pixels at most; as it came where the browser can't read it. */
export async function small(file: Blob): Promise<Blob> {
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(image.width * scale));
    canvas.height = Math.max(1, Math.round(image.height * scale));
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return await new Promise((resolve) => canvas.toBlob((made) => resolve(made ?? file), "image/jpeg", QUALITY));
  } catch {
    return file;
  }
}
