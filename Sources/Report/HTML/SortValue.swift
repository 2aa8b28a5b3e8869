/// The number that a cell is sorted by: what is shown of it may be a figure with its interval, a time or a size.
enum SortValue {
  /// The value of each cell of a column, where all that hold anything hold a number; nil where it is sorted as text.
  static func column(_ cells: [Table.Cell]) -> [Double?]? {
    let shape = shape()
    let values = cells.map { number($0, shape) }
    for (cell, value) in zip(cells, values) where value == nil && !isBlank(cell) { return nil }
    return values.contains { $0 != nil } ? values : nil
  }

  private static func number(_ cell: Table.Cell, _ shape: Shape) -> Double? {
    switch cell {
    case .int(let value): Double(value)
    case .real(let value, _): value.isNaN ? nil : value
    case .text(let text): number(in: text, shape)
    case .markdown(let text): number(in: text.filter { $0 != "*" && $0 != "`" }, shape)
    case .empty: nil
    }
  }

  private static func isBlank(_ cell: Table.Cell) -> Bool {
    switch cell {
    case .empty: true
    case .real(let value, _): value.isNaN
    case .text(let text), .markdown(let text):
      ["", "-", NumberFormat.notANumber].contains(MarkdownText.trimmed(text))
    case .int: false
    }
  }

  /// Units of time in seconds, of size in bytes, and those that change no order within a column.
  private static let units: [String: Double] = [
    "": 1, "%": 1, "×": 1, "x": 1, "ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600,
    "d": 86_400, "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
  ]

  typealias Shape = Regex<
    (Substring, value: Substring, unit: Substring, smaller: Substring?, smallerUnit: Substring?)
  >

  /// How numbers are written. It is made once for many cells: making it takes longer than using it.
  static func shape() -> Shape {
    #/
    (?<value>[+\-]?(?:\d+\.?\d*|\.\d+)(?:e[+\-]?\d+)?)
    \s*(?<unit>[a-zA-Zµ%×]*)
    (?:\s(?<smaller>\d+)\s(?<smallerUnit>[a-z]+))?
    (?:\s+[\[(±].*)?
    /#
  }

  /// `0.195 [0.185, 0.204]`, `1,234`, `+3.2 %`, `1 min 12 s`, `13.8 MB`: the number, in one unit of its kind; nil for
  /// text.
  static func number(in text: String, _ shape: Shape = shape()) -> Double? {
    let plain = MarkdownText.trimmed(text).replacing("−", with: "-").replacing(",", with: "")
    // Most cells hold nothing but digits and a point.
    let isPlain = plain.utf8.allSatisfy { byte in
      byte == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    if isPlain, let value = Double(plain) { return value }
    guard let match = plain.wholeMatch(of: shape), let value = Double(match.value.drop { $0 == "+" }),
      let unit = units[String(match.unit)]
    else { return nil }
    guard let smaller = match.smaller, let name = match.smallerUnit else { return value * unit }
    guard let rest = Double(smaller), let part = units[String(name)] else { return nil }
    return value * unit + rest * part
  }
}
