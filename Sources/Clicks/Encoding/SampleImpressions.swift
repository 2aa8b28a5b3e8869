import Tables

/// The items that each sample's user was shown with the target and did not click, as lists of item codes.
package struct SampleImpressions: Sendable, Equatable {
  /// `offsets[s]..<offsets[s + 1]` is the range of sample `s` in `items`, `[samples + 1]`.
  package var offsets: [Int]
  /// Item codes above 0, each once a sample and none its target, `[shown]`.
  package var items: [Int32]
  /// How many times an item was shown that has no code, and so is left out.
  package var unknown = 0

  /// Puts lists together.
  package init(offsets: [Int], items: [Int32]) {
    self.offsets = offsets
    self.items = items
  }

  /// Finds what `log` says was shown with the target of each of `samples`; nil where it has no such column.
  ///
  /// - Parameter rows: the row of the log of each click of the history that the samples are cut from, `[clicks]`.
  package init?(_ log: ClickLog, rows: [Int32], samples: EncodedClicks.Samples, _ items: Vocabulary) {
    guard case .lists(let offsets, let codes, let names)? = log.impressions else { return nil }
    let codeOf = log.itemKeys(of: names).map { $0.map(items.code(of:)) ?? 0 }
    self.init(offsets: [0], items: [])
    self.offsets.reserveCapacity(samples.count + 1)
    // `lastSample[code]` is the last sample that an item was taken for, so that nothing is cleared between samples.
    var lastSample = [Int](repeating: -1, count: items.size)
    for sample in 0..<samples.count {
      let row = Int(rows[Int(samples.ends[sample])])
      for name in codes[offsets[row]..<offsets[row + 1]] {
        let code = codeOf[Int(name)]
        if code == 0 { unknown += 1 }
        guard code != 0, code != samples.items[sample], lastSample[Int(code)] != sample else { continue }
        lastSample[Int(code)] = sample
        self.items.append(code)
      }
      self.offsets.append(self.items.count)
    }
  }
}

extension ClickLog {
  /// The keys of the items with the ids `names`; nil for an id that is none of the log's or, where ids are integers, is
  /// not written as one.
  func itemKeys(of names: [String]) -> [Int64?] {
    guard let itemNames else {
      return names.map { name in Int64(name).flatMap { String($0).utf8.elementsEqual(name.utf8) ? $0 : nil } }
    }
    let known = SortedNames(itemNames)
    return names.map { known.place(of: $0).map(Int64.init) }
  }
}
