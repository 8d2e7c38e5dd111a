// Which of the files that are pasted or dropped can stand in a lesson.
export const isVideo = (file) => /\.(mp4|webm)$/i.test(file.name);

export function fileIn(data) {
  return [...(data ? data.files : [])].find((file) => file.type.startsWith("image/") || isVideo(file)) || null;
}

// A file field can be filled by a script with files that the person gave in another way.
export function fill(field, file) {
  const given = new DataTransfer();
  given.items.add(file);
  field.files = given.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
