import Clicks
import Files
import Notebook

/// Multi-valued columns, columns of text and pretrained vectors in bundles: nothing where there are none.
extension CatalogueFeatures {
  mutating func readLists(_ bundle: Bundle, _ prefix: String) throws {
    if bundle.has("\(prefix).multi") {
      for (index, name) in try bundle.texts("\(prefix).multi").enumerated() {
        let place = "\(prefix).multi.\(index)"
        multi.append(MultiColumn(name: name, values: try bundle.texts("\(place).names")))
        values.multi.append(try Self.lists(bundle, place))
      }
    }
    if bundle.has("\(prefix).texts") {
      let buckets = try bundle.ints("\(prefix).text.buckets")
      let names = try bundle.texts("\(prefix).texts")
      guard buckets.count == names.count, buckets.allSatisfy({ $0 > 0 }) else {
        throw BundleError.damaged("its columns of text are odd")
      }
      for (index, name) in names.enumerated() {
        texts.append(TextColumn(name: name, buckets: buckets[index]))
        values.texts.append(try Self.lists(bundle, "\(prefix).text.\(index)"))
      }
    }
    guard bundle.has("\(prefix).vectors") else { return }
    guard let form = VectorColumn.Form(rawValue: try bundle.text("\(prefix).vectors.form")),
      let width = try bundle.ints("\(prefix).vectors.width").first, width > 0
    else { throw BundleError.damaged("its pretrained vectors are odd") }
    vectors = VectorColumn(
      name: try bundle.text("\(prefix).vectors"),
      form: form,
      width: width,
      table: try bundle.float32("\(prefix).vectors.table")
    )
    values.vectorRows = try bundle.int32("\(prefix).vectors.rows")
  }

  func addLists(to bundle: inout Bundle, _ prefix: String) {
    if !multi.isEmpty {
      bundle.add("\(prefix).multi", texts: multi.map(\.name))
      for (index, column) in multi.enumerated() {
        bundle.add("\(prefix).multi.\(index).names", texts: column.values)
        Self.add(values.multi[index], to: &bundle, "\(prefix).multi.\(index)")
      }
    }
    if !texts.isEmpty {
      bundle.add("\(prefix).texts", texts: texts.map(\.name))
      bundle.add("\(prefix).text.buckets", texts.map(\.buckets))
      for index in texts.indices { Self.add(values.texts[index], to: &bundle, "\(prefix).text.\(index)") }
    }
    guard let vectors else { return }
    bundle.add("\(prefix).vectors", text: vectors.name)
    bundle.add("\(prefix).vectors.form", text: vectors.form.rawValue)
    bundle.add("\(prefix).vectors.width", [vectors.width])
    bundle.add("\(prefix).vectors.table", vectors.table)
    bundle.add("\(prefix).vectors.rows", values.vectorRows)
  }

  private static func lists(_ bundle: Bundle, _ place: String) throws -> WeightedLists {
    WeightedLists(
      offsets: try bundle.int32("\(place).offsets"),
      codes: try bundle.int32("\(place).codes"),
      weights: try bundle.float32("\(place).weights")
    )
  }

  private static func add(_ lists: WeightedLists, to bundle: inout Bundle, _ place: String) {
    bundle.add("\(place).offsets", lists.offsets)
    bundle.add("\(place).codes", lists.codes)
    bundle.add("\(place).weights", lists.weights)
  }
}
