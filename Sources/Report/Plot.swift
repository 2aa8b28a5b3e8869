/// A plot as data: what is drawn, not how.
package struct Plot: Sendable, Codable, Equatable {
  /// One set of points and the way they are drawn.
  package struct Series: Sendable, Codable, Equatable {
    /// The name in the legend.
    package var name: String
    /// How the points are drawn.
    package var mark: Mark
    /// The places along the x axis; for bars the positions 0, 1, 2, … of the categories. A place that is, like
    /// its y, not a number is a gap on purpose: a line breaks there, and nothing counts as left out.
    package var x: [Double]
    /// The values, one a place; what is not finite is left out.
    package var y: [Double]
    /// The lower ends of an interval around each value, or nil: with `high` a band about a line, error bars
    /// on points and bars.
    package var low: [Double]?
    /// The upper ends of the intervals, or nil.
    package var high: [Double]?
    /// The values that cells are coloured by, or nil.
    package var shade: [Double]?

    /// Makes a series; `x`, `y` and, where given, `low`, `high` and `shade` have the same length.
    package init(
      _ name: String,
      _ mark: Mark,
      x: [Double],
      y: [Double],
      low: [Double]? = nil,
      high: [Double]? = nil,
      shade: [Double]? = nil
    ) {
      precondition(x.count == y.count, "a series has one y for each x")
      precondition((low?.count ?? x.count) == x.count, "a series has one low for each x")
      precondition((high?.count ?? x.count) == x.count, "a series has one high for each x")
      precondition((shade?.count ?? x.count) == x.count, "a series has one shade for each x")
      self.name = name
      self.mark = mark
      self.x = x
      self.y = y
      self.low = low
      self.high = high
      self.shade = shade
    }
  }

  /// How a series is drawn.
  package enum Mark: String, Sendable, Codable, CaseIterable {
    case line, points, bars
    /// Many thin lines of one series, without markers, parted by gaps; the more there are, the fainter.
    case strands
    /// A grid of cells coloured by `shade`, each reaching halfway to its neighbours; the series' name stands
    /// at the colour scale. One such series a plot, on axes of numbers.
    case cells
    /// A thin dashed line: a level to compare with. Where all its y, or all its x,
    /// are one, it spans the plot.
    case reference
  }

  /// What an axis shows.
  package struct Axis: Sendable, Codable, Equatable {
    /// The name, with its unit where it has one.
    package var label: String
    /// Logarithmic to base ten; values at or below zero are left out.
    package var isLogarithmic: Bool
    /// Names along the axis in place of numbers (bars), or empty.
    package var categories: [String]

    /// Makes an axis.
    package init(_ label: String, isLogarithmic: Bool = false, categories: [String] = []) {
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.categories = categories
    }
  }

  /// The file's name without its ending, unique in a report: `train-loss`.
  package var name: String
  /// The title above the plot.
  package var title: String
  /// One sentence for who cannot see the plot.
  package var description: String
  /// The horizontal axis.
  package var x: Axis
  /// The vertical axis.
  package var y: Axis
  /// What is drawn, in order.
  package var series: [Series]

  /// Makes a plot.
  package init(name: String, title: String, description: String, x: Axis, y: Axis, series: [Series]) {
    self.name = name
    self.title = title
    self.description = description
    self.x = x
    self.y = y
    self.series = series
  }
}
