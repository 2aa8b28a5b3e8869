import Clicks
import Notebook

extension ConfigStep {
  package static var sizeMetrics: [String] { ["clicks", "users", "clicked_items", "catalogue_items"] }

  /// Bytes of files, or clicks that are made up. A click is three numbers of 64 bits, and takes as much again while rows are
  /// put in order; a table of files stands beside that as it is mapped.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    guard let made = source.synthetic else {
      return Forecast(kind: "files", work: inputs.fileBytes, memory: inputs.fileBytes * 2)
    }
    let clicks = Double(made.clicks)
    return Forecast(
      kind: "synthetic",
      work: clicks,
      memory: clicks * 48,
      sizes: ["clicks": clicks, "users": Double(made.users), "catalogue_items": Double(made.items)]
    )
  }
}

extension SplitStep {
  package static var sizeMetrics: [String] {
    ["users", "history_clicks", "held_out_users", "held_out_clicks"]
  }

  /// Clicks, which are put in order and copied. What becomes of them is known where such a split was made before.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    guard let clicks = inputs.size("clicks", of: config) else { return nil }
    return Forecast(work: clicks, memory: clicks * 96)
  }
}

extension EncodeStep {
  package static var sizeMetrics: [String] {
    ["samples", "sample_users", "user_vocabulary", "item_vocabulary", "category_vocabulary"]
  }

  /// History clicks, each of which becomes a code, and mostly a sample of two places.
  package func forecast(_ inputs: ForecastInputs) -> Forecast? {
    guard let clicks = inputs.size("history_clicks", of: split) else { return nil }
    return Forecast(work: clicks, memory: clicks * 64)
  }
}
