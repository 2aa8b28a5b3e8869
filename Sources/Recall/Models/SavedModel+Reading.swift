import Clicks
import Files
import Numerics
import Tables

extension SavedModel {
  /// Opens the model at `path`: a folder, or a `.tar.zst`, which is unpacked into the folder for temporary files.
  ///
  /// Weights and vectors are mapped, texts are read as they are asked for.
  /// - Parameters:
  ///   - verifies: whether the digests of all files are held against the manifest, which reads them all; their sizes always
  ///     are. Without it nothing large is read, and a bit that was lost is believed.
  ///   - isCopied: whether all is read into memory, so that nothing hangs on the files any more: for who goes on for long,
  ///     while the files may be written over.
  /// - Throws: `SavedModelFailure` and other errors that name a file and what is wrong with it.
  package init(path: String, verifies: Bool = true, isCopied: Bool = false) throws {
    guard FilePaths.exists(path) else {
      throw SavedModelFailure("there is no '\(path)'")
    }
    let unpacked = FilePaths.isFolder(path) ? nil : try UnpackedModel(archive: path)
    try self.init(folder: unpacked?.folder ?? path, verifies: verifies, isCopied: isCopied)
    origin?.keeper = unpacked
  }

  /// Opens the model in `folder`, as ``init(path:verifies:isCopied:)``.
  package init(folder: String, verifies: Bool = true, isCopied: Bool = false) throws {
    let manifest = try ModelManifest(folder: folder)
    for part in Part.allCases where part.isRequired && manifest.files[part.rawValue] == nil {
      throw SavedModelFailure("the manifest of '\(folder)' lacks '\(part.rawValue)', which every model has")
    }
    if verifies { try manifest.verify(folder: folder) }
    func file(_ part: Part) -> String { FilePaths.join(folder, part.rawValue) }
    let weights = try MappedTensors(file(.weights), isCopied: isCopied)
    let shape: TwoTowerShape
    do { shape = try SavedShape.decoded(try MappedFile.readText(file(.model))) } catch let error
      as BundleError
    {
      throw SavedModelFailure("'\(file(.model))' cannot be used: \(error)")
    }
    let model = try TwoTowerModel(
      shape,
      weights: weights.names.map { NamedMatrix(name: $0, matrix: try weights.matrix($0)) }
    )
    let columns: SavedColumns
    do {
      columns = try CodableJSON.value(SavedColumns.self, from: try MappedFile.readText(file(.columns)))
    } catch {
      throw SavedModelFailure("'\(file(.columns))' is damaged: something is missing or of another type")
    }
    try self.init(
      model,
      vocabularies: try MappedTensors(file(.vocabularies), isCopied: isCopied),
      columns: columns,
      texts: try MappedTensors(file(.texts), isCopied: isCopied)
    )
    let vectors = try NumpyFile.mapMatrix(file(.vectors), isCopied: isCopied)
    guard vectors.rows == catalogue.count, vectors.columns == shape.vectorDimension else {
      throw SavedModelFailure(
        "'\(file(.vectors))' is [\(vectors.rows), \(vectors.columns)], and the model has \(catalogue.count) items and "
          + "vectors of \(shape.vectorDimension)"
      )
    }
    self.vectors = vectors
    try take(manifest, folder: folder)
  }

  /// Takes what the manifest says, and what small files do.
  private mutating func take(_ manifest: ModelManifest, folder: String) throws {
    origin = Origin(folder: folder, manifest: manifest)
    columns = manifest.columns
    requestMoment = manifest.requestMoment
    search.factory = manifest.index.factory
    search.moment = manifest.index.moment
    // What `index` takes or chooses; a search makes room for as many candidates.
    guard manifest.index.nprobe > 0,
      (1...max(1_000_000, catalogue.count)).contains(manifest.index.efSearch),
      (1...1000).contains(manifest.index.rerank ?? 1),
      let fill = SearchSettings.Fill(rawValue: manifest.index.fill)
    else { throw SavedModelFailure("the manifest of '\(folder)' has an odd 'index'") }
    (search.settings.nprobe, search.settings.efSearch) = (manifest.index.nprobe, manifest.index.efSearch)
    search.settings.rerank = manifest.index.rerank ?? 1
    search.settings.fill = fill
    func text(_ part: Part) throws -> String? {
      guard manifest.files[part.rawValue] != nil else { return nil }
      return try MappedFile.readText(FilePaths.join(folder, part.rawValue))
    }
    recipe = try text(.recipe)
    if let text = try text(.metrics) {
      do { metrics = try CodableJSON.value([String: Double?].self, from: text) } catch {
        throw SavedModelFailure("'\(FilePaths.join(folder, Part.metrics.rawValue))' is no object of numbers")
      }
    }
  }

  private init(
    _ model: TwoTowerModel,
    vocabularies: MappedTensors,
    columns: SavedColumns,
    texts: MappedTensors
  )
    throws
  {
    func ids(_ name: String) throws -> [Int64] { try vocabularies.values(name) }
    func vocabulary(_ name: String) throws -> Vocabulary {
      let keys = try ids(name)
      guard zip(keys, keys.dropFirst()).allSatisfy(<) else {
        throw vocabularies.failure("the ids '\(name)' do not ascend")
      }
      return Vocabulary(sortedKeys: keys)
    }
    let (items, categories) = (try ids("items"), try ids("item_categories"))
    guard items.count == categories.count else {
      throw vocabularies.failure("there are \(items.count) items and \(categories.count) categories")
    }
    var catalogue = Catalogue(
      ItemTable(items: items, categories: categories, categoryNames: columns.categories),
      codedItems: vocabularies.has("coded_items") ? try ids("coded_items") : nil
    )
    if let features = columns.items {
      catalogue.features = try SavedFeatures.read(features, vocabularies, model.shape, count: items.count)
    }
    let times = try ids("clock")
    guard times.count == 3, times[2] > 0, times[0] <= times[1],
      !times[1].subtractingReportingOverflow(times[0]).overflow
    else { throw vocabularies.failure("its clock is odd") }
    self.init(
      model: model,
      users: try vocabulary("users").keys,
      catalogue: catalogue,
      contexts: try columns.contexts.enumerated().map { index, context in
        ContextColumn(
          name: context.column,
          vocabulary: try vocabulary("context_\(index)"),
          names: context.values
        )
      },
      clock: RequestClock(origin: times[0], last: times[1], ticksPerSecond: times[2]),
      categoryNames: columns.categories,
      userNames: nil,
      itemNames: nil
    )
    if let features = columns.users {
      let count = users.count + 1
      userFeatures = try SavedFeatures.read(features, vocabularies, model.shape, of: "user", count: count)
      if vocabularies.has("further_users") {
        furtherUsers = try vocabulary("further_users").keys
        furtherUserFeatures = try SavedFeatures.read(
          features,
          vocabularies,
          model.shape,
          of: "further_user",
          count: furtherUsers.count
        )
      }
    }
    search.candidates = try CandidateItems.read(vocabularies, for: items)
    if search.candidates != nil {
      search.conditions = try columns.candidates.map {
        try CandidateConditions($0, vocabularies, count: items.count)
      }
    }
    func table(_ name: String) throws -> TextTable? {
      texts.has("\(name).bytes") ? try TextTable(texts, name) : nil
    }
    (userNames, itemNames, titles) = (try table("users"), try table("items"), try table("titles"))
    if vocabularies.has("item_clicks") { itemClicks = try ids("item_clicks") }
    guard (itemClicks?.count ?? items.count) == items.count, (titles?.count ?? items.count) == items.count
    else { throw vocabularies.failure("titles or clicks are not one an item") }
    try checkFit(vocabularies)
  }

  /// Whether the vocabularies are those that the model was made for.
  private func checkFit(_ file: MappedTensors) throws {
    let shape = model.shape
    func check(_ what: String, _ size: Int, _ expected: Int) throws {
      guard size == expected else {
        throw file.failure("it has \(size - 1) \(what), and the model was made for \(expected - 1)")
      }
    }
    if shape.usesUserID { try check("users", users.count + 1, shape.userVocabulary) }
    try check("items", catalogue.itemVocabulary.size, shape.itemVocabulary)
    if shape.usesCategory {
      try check("categories", catalogue.categoryVocabulary.size, shape.categoryVocabulary)
    }
    for users in [userFeatures] + (furtherUsers.isEmpty ? [] : [furtherUserFeatures]) {
      guard users.categories.map(\.vocabulary.size) == shape.userCategories.map(\.vocabulary),
        users.numbers.map(\.edges.count) == shape.userNumbers.map(\.buckets),
        users.multi.map(\.size) == shape.userBags.map(\.vocabulary)
      else { throw file.failure("its features of users are not those that the model takes") }
    }
    let columns = contexts.count
    guard shape.contexts.isEmpty || columns == shape.contexts.count else {
      throw file.failure("it has \(columns) columns of context, and the model takes \(shape.contexts.count)")
    }
    for (column, context) in zip(contexts, shape.contexts) {
      try check("values of \(column.name)", column.vocabulary.size, context.vocabulary)
    }
  }

  /// What requests see of users: from memory, or from the file; nil where it was not kept.
  /// - Throws: `FormatFailure`, `FileError` where the file is damaged.
  package func readHistories() throws -> Histories? {
    if let histories { return histories }
    guard let origin, origin.manifest.files[Part.histories.rawValue] != nil else { return nil }
    let file = try MappedTensors(FilePaths.join(origin.folder, Part.histories.rawValue))
    let offsets = try file.values("offsets", as: Int64.self)
    let items = try file.values("items", as: Int32.self)
    let keys = file.has("item_ids") ? try file.values("item_ids", as: Int64.self) : nil
    let times = file.has("times") ? try file.values("times", as: Int64.self) : []
    let moments = file.has("moments") ? try file.values("moments", as: Int64.self) : nil
    let codes = try contexts.indices.map { try file.values("context_\($0)", as: Int32.self) }
    guard offsets.count == users.count + 1, offsets.first == 0, offsets.last == Int64(items.count),
      zip(offsets, offsets.dropFirst()).allSatisfy(<=),
      items.allSatisfy({ (0..<Int32(clamping: catalogue.itemVocabulary.size)).contains($0) }),
      keys.map({ $0.count == items.count }) ?? true, moments.map({ $0.count == users.count }) ?? true,
      times.isEmpty || times.count == items.count,
      zip(codes, contexts).allSatisfy({ codes, column in
        codes.count == items.count
          && codes.allSatisfy { (0..<Int32(clamping: column.vocabulary.size)).contains($0) }
      })
    else { throw file.failure("its histories do not fit together, or not the model") }
    return Histories(
      clicks: EncodedRequests(offsets: offsets.map(Int.init), items: items, keys: keys),
      features: RequestFeatures(times: times, contexts: codes),
      moments: moments
    )
  }

  /// What the optimiser remembers: from memory, or from the file; nil where it was not kept.
  /// - Throws: `FormatFailure`, `FileError` where the file is damaged.
  package func readOptimizer() throws -> SavedOptimizer? {
    if let optimizer { return optimizer }
    guard let origin, origin.manifest.files[Part.optimizer.rawValue] != nil else { return nil }
    let file = try MappedTensors(FilePaths.join(origin.folder, Part.optimizer.rawValue))
    return try SavedOptimizer(file, of: model)
  }

  /// The items' vectors and what finds the nearest of them; an approximate index is read from its file.
  /// - Throws: `FormatFailure` where the file is damaged; `SavedModelFailure` where it holds other items.
  package func openIndex() throws -> SearchIndex {
    let vectors = try vectors ?? itemVectors(at: search.moment)
    var approximate = search.approximate
    if approximate == nil, let origin, origin.manifest.files[Part.index.rawValue] != nil {
      let path = FilePaths.join(origin.folder, Part.index.rawValue)
      approximate = try FaissIndex(reading: path, factory: search.factory, of: vectors, ids: catalogue.items)
    }
    guard (approximate == nil) == (search.factory == "Flat") else {
      throw SavedModelFailure(
        "the model's index is '\(search.factory)', and its '\(Part.index.rawValue)' is missing"
      )
    }
    return SearchIndex(
      vectors: vectors,
      ids: catalogue.items,
      approximate: approximate
    )
  }

  /// Sees to it that what was read is of one model: another one may have taken its place meanwhile.
  /// - Throws: `SavedModelFailure` where it has.
  package func checkUnchanged() throws {
    guard let origin, origin.keeper == nil else { return }
    guard try ModelManifest(folder: origin.folder) == origin.manifest else {
      throw SavedModelFailure("'\(origin.folder)' changed while it was read; read it again")
    }
  }

  /// Whether what requests see of users was kept.
  package var hasHistories: Bool {
    histories != nil || origin?.manifest.files[Part.histories.rawValue] != nil
  }

  /// What tells this model from others; nil for one that was not read.
  package var digest: Digest? { origin?.manifest.digest }
}
