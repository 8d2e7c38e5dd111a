// The lines in which two texts differ, with a line around them that is the same in both.
const MOST_CELLS = 4e6;

export function differences(theirs, mine) {
  let start = 0;
  while (start < theirs.length && start < mine.length && theirs[start] === mine[start]) start += 1;
  let end = 0;
  const room = Math.min(theirs.length, mine.length) - start;
  while (end < room && theirs[theirs.length - 1 - end] === mine[mine.length - 1 - end]) end += 1;
  const inside = (lines) => lines.slice(start, lines.length - end);
  const changed = compared(inside(theirs), inside(mine));
  return [...near(mine, start - 1), ...changed, ...(end ? near(mine, mine.length - end) : [])];
}

const near = (lines, at) => (lines[at] === undefined ? [] : [{ whose: "both", line: lines[at] }]);
const all = (whose, lines) => lines.map((line) => ({ whose, line }));

// The longest common run of lines; texts that are too long for it are shown one after the other.
function compared(theirs, mine) {
  if (theirs.length * mine.length > MOST_CELLS) return [...all("theirs", theirs), ...all("mine", mine)];
  const common = table(theirs, mine);
  const found = [];
  let [i, j] = [0, 0];
  while (i < theirs.length || j < mine.length) {
    if (i < theirs.length && theirs[i] === mine[j]) {
      found.push({ whose: "both", line: mine[j] });
      [i, j] = [i + 1, j + 1];
    } else if (j >= mine.length || (i < theirs.length && common[i + 1][j] >= common[i][j + 1])) {
      found.push({ whose: "theirs", line: theirs[i] });
      i += 1;
    } else {
      found.push({ whose: "mine", line: mine[j] });
      j += 1;
    }
  }
  return found;
}

function table(theirs, mine) {
  const common = Array.from({ length: theirs.length + 1 }, () => new Uint32Array(mine.length + 1));
  for (let i = theirs.length - 1; i >= 0; i -= 1) {
    for (let j = mine.length - 1; j >= 0; j -= 1) {
      common[i][j] = theirs[i] === mine[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  return common;
}
