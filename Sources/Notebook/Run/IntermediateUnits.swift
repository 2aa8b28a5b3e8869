import Files

/// What a run does with the values of single units, such as users, behind the values on the way.
package enum IntermediateUnits: Sendable {
  /// Nobody asks for them.
  case none
  /// They are kept where a step runs; a result that was kept without them is as good.
  case kept
  /// They are told with every value: a result that was kept without them is made again.
  case needed
}

/// The file of a cache entry that holds the units of its values on the way, `[values][units]`.
enum IntermediateUnitsFile {
  private static let name = "intermediates.bundle"

  /// Writes them into the folder of an entry; nothing where some value has none, or one is of other units.
  /// - Throws: `FileError`.
  static func write(_ intermediates: [Intermediate], into folder: String) throws {
    guard let first = intermediates.first?.units else { return }
    let units = intermediates.compactMap(\.units)
    guard units.count == intermediates.count, units.allSatisfy({ $0.ids == first.ids }) else { return }
    var bundle = Bundle()
    bundle.add("steps", intermediates.map(\.step))
    bundle.add("ids", first.ids)
    bundle.add("values", units.flatMap(\.values))
    try BundleFile.write(bundle, to: FilePaths.join(folder, name))
  }

  /// `intermediates` with their units; nil where the folder does not hold them all as they were written.
  static func read(_ intermediates: [Intermediate], from folder: String) -> [Intermediate]? {
    guard let bundle = try? BundleFile.read(FilePaths.join(folder, name)),
      let ids = try? bundle.int64("ids"), let values = try? bundle.float64("values"),
      let steps = try? bundle.ints("steps"), steps == intermediates.map(\.step)
    else { return nil }
    let (count, overflow) = ids.count.multipliedReportingOverflow(by: steps.count)
    guard !overflow, values.count == count else { return nil }
    return intermediates.enumerated().map { place, given in
      var told = given
      told.units = UnitValues(
        ids: ids,
        values: Array(values[(place * ids.count)..<((place + 1) * ids.count)])
      )
      return told
    }
  }
}
