/** The sample plan, as a person or an agent would write it: nine tasks in four waves. Keys are local; the studio gives its own. */
export const SAMPLE_PLAN = `title: Tally 2.0
goal: >-
  Grow tally from a sum into a small statistics library: averages, spread, percentiles, readable numbers and tables, a summary,
  and a command that prints it.
phases:
  - title: Foundations
    tasks:
      - key: averages
        title: Add mean and median
        description: New functions mean() and median() in src/averages.js, exported from src/index.js.
        acceptance:
          - mean uses sum, so that it keeps its precision
          - median of an even count is the mean of the two middle values
          - neither changes the list it is given
        estimate: 20m
      - key: spread
        title: Add variance and standard deviation
        description: New functions variance() and deviation() (of a sample, n - 1) in src/spread.js, exported from src/index.js.
        acceptance:
          - a single value has no spread and is refused with a RangeError
        estimate: 20m
      - key: separators
        title: Separate thousands when formatting
        description: formatNumber() puts a thin space between groups of three digits. The number of decimals stays as it is.
        acceptance:
          - 1234567.5 becomes 1 234 567.50 with thin spaces
          - negative numbers are grouped the same way
        estimate: 15m
  - title: Measures
    tasks:
      - key: percentile
        title: Add percentile
        description: percentile(values, p) in src/averages.js, with linear interpolation, p from 0 to 100.
        acceptance:
          - percentile(values, 50) equals the median
          - p outside 0 to 100 is refused with a RangeError
        depends on: [averages]
        estimate: 25m
      - key: zscores
        title: Add z-scores
        description: zScores(values) in src/spread.js gives each value's distance from the mean in standard deviations.
        acceptance:
          - equal values all have the score 0
        depends on: [averages, spread]
        estimate: 15m
      - key: table
        title: Lay out a table
        description: formatTable(rows) in src/format.js aligns labels to the left and numbers to the right.
        acceptance:
          - every line has the same width
        depends on: [separators]
        estimate: 25m
  - title: Product
    tasks:
      - key: summary
        title: Summarise a list
        description: summarise(values) in src/summary.js gives count, mean, median, 90th percentile and deviation.
        acceptance:
          - the deviation of a single value is 0
        depends on: [percentile, zscores]
        estimate: 15m
      - key: command
        title: Print a summary on the command line
        description: bin/tally.js reads numbers from its arguments and prints the summary as a table.
        acceptance:
          - a word that is no number ends with code 2 and a sentence
        depends on: [summary, table]
        estimate: 25m
      - key: readme
        title: Describe the library
        description: README.md shows every function once, with its result.
        acceptance:
          - every example in it is true
        depends on: [table, percentile, zscores]
        estimate: 10m
`;
