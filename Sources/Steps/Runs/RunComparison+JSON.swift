import Files
import Notebook
import Recall
import Report

extension RunComparison {
  /// The comparison as JSON, keys sorted: numbers in full.
  package var json: String {
    get throws {
      let record = Record(
        subjects: difference.subjects.map(\.name),
        settings: difference.settings.map { .init(name: $0.name, values: $0.values) },
        protocols: protocols,
        paired: paired?.rows.map(Record.Paired.init) ?? [],
        remarks: paired?.remarks ?? [],
        metrics: metrics.map { .init(name: $0.name, values: $0.values) }
      )
      return try CodableJSON.text(record, indented: true) + "\n"
    }
  }

  private struct Record: Encodable {
    struct Setting: Encodable {
      var name: String
      var values: [String?]
    }
    struct Metric: Encodable {
      var name: String
      var values: [Double?]
    }
    struct Paired: Encodable {
      struct Difference: Encodable {
        var difference: Double
        var low: Double?
        var high: Double?
        var p: Double?
      }
      var name: String
      var values: [Double]
      var differences: [Difference]

      init(_ row: PairedEvaluations.Row) {
        name = row.name
        values = row.values
        differences = row.comparisons.map {
          Difference(difference: $0.difference, low: $0.interval?.low, high: $0.interval?.high, p: $0.pValue)
        }
      }
    }
    var subjects: [String]
    var settings: [Setting]
    var protocols: [String]
    var paired: [Paired]
    var remarks: [String]
    var metrics: [Metric]
  }
}
