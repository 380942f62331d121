/** A time for people, in UTC and to the minute. @param time epoch milliseconds, or RFC 3339 */
export const minuteText = (time: number | string): string =>
  `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
