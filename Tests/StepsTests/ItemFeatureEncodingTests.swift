import ClickFixtures
import Memory
import Files
import Notebook
import Numerics
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

@Suite("Item features as codes and places")
struct ItemFeatureEncodingTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  @Test("edges are the quantiles that numpy.quantile gives, each once; values lie between them by distance")
  func quantiles() throws {
    // numpy.quantile(values, numpy.linspace(0, 1, 5)) is [1.5, 45, 45, 120, 700]
    let values = [120, 3, 45, 45, 45, 700, 88, 1.5, 260, .nan, .infinity]
    let column = try NumberColumn("words", learnedFrom: values, buckets: 5)
    #expect(column.edges == [1.5, 45, 120, 700])
    // numpy.interp([...], edges, [1, 2, 3, 4])
    let places = [0, 1.5, 20, 45, 100, 700, 1000, .infinity].map(column.place)
    #expect(places == [1, 1, 1.425_287_4, 2, 2.733_333_3, 4, 4, 4])
    #expect(column.place(.nan) == 0)
  }

  @Test("a column that is the same everywhere has one bucket; one without numbers is an error")
  func fewValues() throws {
    let constant = try NumberColumn("words", learnedFrom: [7, 7, .nan], buckets: 16)
    #expect(constant.edges == [7])
    #expect([6, 7, 8].map(constant.place) == [1, 1, 1])
    #expect(
      dataMessage { _ = try NumberColumn("words", learnedFrom: [.nan], buckets: 16) }
        == "no item of the training clicks has a number in 'words'"
    )
  }

  /// Five items, of which 1, 2 and 3 are clicked in training; times in seconds.
  private func table() throws -> ItemTable {
    let text = """
      item_id,section,words,made
      1,news,10,3600
      2,,30,0
      3,sport,,
      4,travel,20,10800
      5,news,500,-3600

      """
    var log = ClickLog(users: [1], items: [1], times: [0])
    var options = ItemTableOptions()
    options.numbers = [.name("words"), .name("made")]
    options.kept = [.name("section")]
    return try ItemTable(reading: files.reader(text), options, for: &log)
  }

  private func options() -> CatalogueFeatureOptions {
    var options = CatalogueFeatureOptions()
    (options.categories, options.numbers, options.buckets) = (["section"], ["words"], 3)
    options.age = CatalogueFeatureOptions.Age(column: "made")
    return options
  }

  private let clock = RequestClock(origin: 3600, last: 7200, ticksPerSecond: 1)

  @Test("vocabularies and edges are those of the items clicked in training; what is empty has its own place")
  func encoding() throws {
    let features = try CatalogueFeatures(options(), of: table(), clicked: [3, 1, 2, 1, 9], clock)
    #expect(features.categories.map(\.name) == ["section"])
    // The names are "", news, sport, travel; travel was not seen.
    #expect(features.values.codes == [[2, 1, 3, 0, 2]])
    #expect(features.numbers == [NumberColumn(name: "words", edges: [10, 20, 30])])
    #expect(features.values.places == [[1, 3, 0, 2, 3]])
    let hours = features.values.createdHours
    #expect(hours[0] == 0 && hours[1] == -1 && hours[2].isNaN && hours[3] == 2 && hours[4] == -2)
    #expect(features.age?.buckets == AgeBuckets(count: 24, longestHours: 8_760))
  }

  @Test("times of items may count another unit than the log's")
  func units() throws {
    var options = options()
    options.age?.unit = .milliseconds
    let table = try table()
    let hours = try CatalogueFeatures(options, of: table, clicked: [1, 2], clock).values.createdHours
    #expect(abs(hours[3] - (10.8 / 3600 - 1)) < 1e-12)
  }

  @Test("columns that were not kept are named")
  func missingColumns() throws {
    let table = try table()
    func message(_ change: (inout CatalogueFeatureOptions) -> Void) -> String? {
      var options = CatalogueFeatureOptions()
      change(&options)
      return dataMessage { _ = try CatalogueFeatures(options, of: table, clicked: [1], clock) }
    }
    #expect(
      message { $0.categories = ["words"] }
        == "the item table has no column 'words' that was kept; list it in config's item_columns.keep"
    )
    let numbers =
      "the item table has no numbers 'section' that were kept; list the column in config's item_columns.numbers"
    #expect(message { $0.numbers = ["section"] } == numbers)
    #expect(message { $0.age = .init(column: "section") } == numbers)
  }

  @Test("items added to the table have no number and the empty name")
  func addedItems() throws {
    var table = ItemTable(
      items: [1, 2],
      categories: [0, 0],
      numbers: [LogColumn(name: "words", values: .reals([4, 5]))],
      kept: [LogColumn(name: "section", values: .names(codes: [1, 0], names: ["a", "b"]))]
    )
    table.takeIn(ClickLog(users: [1, 1], items: [2, 9], times: nil), .add)
    #expect(table.items == [1, 2, 9])
    #expect(table.kept[0].values == .names(codes: [2, 1, 0], names: ["", "a", "b"]))
    #expect(try table.numbers("words")[2].isNaN)
  }

  // --- stored and loaded again

  /// A catalogue of which items 1 to 3 have codes, with all features.
  private func catalogue() throws -> Catalogue {
    let table = try table()
    var catalogue = Catalogue(table, codedItems: [1, 2, 3])
    catalogue.features = try CatalogueFeatures(options(), of: table, clicked: [1, 2, 3], clock)
    return catalogue
  }

  private func model(_ change: (inout TwoTowerShape) -> Void = { _ in }) throws -> TwoTowerModel {
    var shape = TwoTowerShape(userVocabulary: 1, itemVocabulary: 4, categoryVocabulary: 2)
    (shape.embeddingDimension, shape.usesUserID, shape.usesCategory) = (6, false, false)
    (shape.queryKind, shape.itemKind, shape.hiddenUnits) = (.identity, .identity, [])
    shape.itemCategories = [.init(name: "section", vocabulary: 4)]
    shape.itemNumbers = [.init(name: "words", buckets: 3)]
    shape.itemAge = AgeBuckets(count: 24, longestHours: 8_760)
    change(&shape)
    let model = try TwoTowerModel(shape, seed: 5)
    var generator = NumpyGenerator(seed: 6)
    for weight in model.weights {
      for place in weight.matrix.elements.indices {
        weight.matrix.elements[place] = Float(generator.normal(0, 1))
      }
    }
    return model
  }

  @Test("training takes features by code; index takes those of all items")
  func inputs() throws {
    let catalogue = try catalogue()
    let shape = try model().shape
    let byCode = catalogue.featuresOfItem(for: shape)
    #expect(byCode.codes == [[0, 2, 1, 3]] && byCode.places == [[0, 1, 3, 0]])
    #expect(byCode.createdHours[0].isNaN && byCode.createdHours[1...2] == [0, -1])
    let newest = catalogue.itemInputs(for: shape, clock)
    #expect(newest.items == [1, 2, 3, 0, 0] && newest.atHours == 1)
    #expect(newest.features.codes == [[2, 1, 3, 0, 2]])
    #expect(catalogue.itemInputs(for: shape, clock, at: 0).atHours == -1)
    let less = catalogue.itemInputs(for: try model { $0.itemAge = nil }.shape, clock)
    #expect(less.features.createdHours.isEmpty && less.features.places == newest.features.places)
  }

  @Test("features come back from a bundle as they were stored, and a shape with them too")
  func bundles() throws {
    let features = try catalogue().features
    var bundle = Bundle()
    features.add(to: &bundle)
    let back = try CatalogueFeatures(bundle: bundle)
    #expect(back.categories == features.categories && back.numbers == features.numbers)
    #expect(back.age == features.age && back.values.codes == features.values.codes)
    #expect(back.values.places == features.values.places && back.fits(5) && !back.fits(4))
    #expect(back.values.createdHours.map(\.bitPattern) == features.values.createdHours.map(\.bitPattern))
    #expect(try CatalogueFeatures(bundle: Bundle()).isEmpty)
    let shape = try model().shape
    #expect(try ModelArtifact(bundle: ModelArtifact(shape: shape).bundle()).shape == shape)
  }

  @Test("a saved model loaded again gives the same item vectors, at any moment", arguments: [false, true])
  func savedModel(hasAge: Bool) throws {
    let model = try model { if !hasAge { $0.itemAge = nil } }
    let catalogue = try catalogue()
    let saved = SavedModel(
      model: model,
      users: [],
      catalogue: catalogue,
      clock: clock,
      categoryNames: nil,
      userNames: nil,
      itemNames: nil
    )
    try TowerbookExport.write(saved) { files.path($0) }
    let back = try SavedModel(folder: files.path(""))
    #expect(back.catalogue.features.categories == catalogue.features.categories)
    #expect(back.catalogue.features.age == (hasAge ? catalogue.features.age : nil))
    let now = try back.itemVectors().values
    #expect(try now == model.itemVectors(catalogue.itemInputs(for: model.shape, clock)).values)
    let later = try back.itemVectors(at: 360_000).values
    #expect(try later == model.itemVectors(catalogue.itemInputs(for: model.shape, clock, at: 360_000)).values)
    #expect((later != now) == hasAge)
  }
}
