/** The values of all these environment variables. Who lacks some is told all of them. */
export function required(...names) {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(`these environment variables are missing or empty: ${missing.join(", ")}`);
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}

/** Ends the program with an error and all its causes, in a line. */
export function fail(program, error) {
  const causes = [];
  for (let cause = error; cause; cause = cause.cause) causes.push(cause.message || cause.code);
  console.error(`${program}: ${causes.join(": ")}`);
  process.exit(1);
}
