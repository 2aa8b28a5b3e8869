import Clicks
import Tables
import Files
import Notebook
import Report

/// What `config` hands on: the click log and the catalogue.
package struct ConfigArtifact: Artifact {
  package static let kind = "config"
  /// Who clicked what and when.
  package var log: ClickLog
  /// All items that can be recommended.
  package var items: ItemTable
  /// What is known of users besides their clicks; nil where there is no user table.
  package var users: UserTable?

  /// What the settings of `config` say of it.
  package typealias Outline = ConfigOutline

  /// Makes the artifact.
  package init(log: ClickLog, items: ItemTable) {
    self.log = log
    self.items = items
  }

  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws {
    guard let unit = TimeUnit(rawValue: try bundle.text("log.unit")) else {
      throw BundleError.damaged("its unit of time is unknown")
    }
    let users = try bundle.int64("log.users")
    let clicked = try bundle.int64("log.items")
    let times = bundle.has("log.times") ? try bundle.int64("log.times") : nil
    let extras = try ColumnBundle.columns(in: bundle, prefix: "log.extra")
    guard clicked.count == users.count, times.map({ $0.count == users.count }) ?? true,
      extras.allSatisfy({ $0.values.count == users.count })
    else { throw BundleError.damaged("its columns are not equally long") }
    let itemNames = bundle.has("item.names") ? try bundle.texts("item.names") : nil
    log = ClickLog(
      users: users,
      items: clicked,
      times: times,
      timeUnit: unit,
      extras: extras,
      userNames: bundle.has("user.names") ? try bundle.texts("user.names") : nil,
      itemNames: itemNames,
      droppedRows: try bundle.ints("log.dropped").first ?? 0
    )
    log.idsAreNumbers = bundle.has("log.ids_are_numbers")
    try log.takeWorth(from: bundle)
    let keys = try bundle.int64("items.keys")
    let categories = try bundle.int64("items.categories")
    let numbers = try ColumnBundle.columns(in: bundle, prefix: "items.number")
    let kept = try ColumnBundle.columns(in: bundle, prefix: "items.kept")
    let titles =
      bundle.has("items.title.columns")
      ? try ColumnBundle.columns(in: bundle, prefix: "items.title") : []
    let lists =
      bundle.has("items.list.columns") ? try ColumnBundle.columns(in: bundle, prefix: "items.list") : []
    let vectors =
      bundle.has("items.vector.columns")
      ? try ColumnBundle.columns(in: bundle, prefix: "items.vector") : []
    guard categories.count == keys.count,
      (numbers + kept + titles + lists + vectors).allSatisfy({ $0.values.count == keys.count })
    else {
      throw BundleError.damaged("its item columns are not equally long")
    }
    items = ItemTable(
      items: keys,
      categories: categories,
      categoryNames: bundle.has("category.names") ? try bundle.texts("category.names") : nil,
      numbers: numbers,
      kept: kept,
      lists: lists,
      vectors: vectors.first,
      titles: titles.first,
      itemNames: itemNames
    )
    (items.availableFrom, items.availableUntil) = try ColumnBundle.availability(in: bundle, count: keys.count)
    let facts = try bundle.ints("items.facts")
    guard facts.count == 5 else { throw BundleError.damaged("its facts are odd") }
    items.idsAreNumbers = log.idsAreNumbers
    items.facts.repeatedRows = facts[0]
    items.facts.droppedRows = facts[1]
    items.facts.clickedButMissing = facts[2]
    items.facts.clicksOnMissing = facts[3]
    items.facts.contradictedItems = facts[4]
    self.users = try UserTable(bundle: bundle)
  }

  /// The same without the user, the item and the time of each click: for who takes these from a split, and asks the log for its
  /// other columns, by row.
  var withoutClicks: ConfigArtifact {
    var rest = self
    (rest.log.users, rest.log.items) = ([], [])
    if rest.log.times != nil { rest.log.times = [] }
    return rest
  }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("log.unit", text: log.timeUnit.rawValue)
    bundle.add("log.users", log.users)
    bundle.add("log.items", log.items)
    if let times = log.times { bundle.add("log.times", times) }
    ColumnBundle.add(log.extras, to: &bundle, prefix: "log.extra")
    bundle.add("log.dropped", [log.droppedRows])
    if log.idsAreNumbers { bundle.add("log.ids_are_numbers", [1]) }
    log.addWorth(to: &bundle)
    if let names = log.userNames { bundle.add("user.names", texts: names) }
    if let names = log.itemNames { bundle.add("item.names", texts: names) }
    bundle.add("items.keys", items.items)
    bundle.add("items.categories", items.categories)
    if let names = items.categoryNames { bundle.add("category.names", texts: names) }
    ColumnBundle.add(items.numbers, to: &bundle, prefix: "items.number")
    ColumnBundle.add(items.kept, to: &bundle, prefix: "items.kept")
    if let titles = items.titles { ColumnBundle.add([titles], to: &bundle, prefix: "items.title") }
    ColumnBundle.addAvailability(of: items, to: &bundle)
    if !items.lists.isEmpty { ColumnBundle.add(items.lists, to: &bundle, prefix: "items.list") }
    if let vectors = items.vectors { ColumnBundle.add([vectors], to: &bundle, prefix: "items.vector") }
    self.users?.add(to: &bundle)
    let facts = items.facts
    bundle.add(
      "items.facts",
      [
        facts.repeatedRows, facts.droppedRows, facts.clickedButMissing, facts.clicksOnMissing,
        facts.contradictedItems,
      ]
    )
    return bundle
  }
}

/// Columns of a log or an item table in bundles.
enum ColumnBundle {
  static func add(_ columns: [LogColumn], to bundle: inout Bundle, prefix: String) {
    bundle.add("\(prefix).columns", texts: columns.map(\.name))
    for (index, column) in columns.enumerated() {
      column.values.add(to: &bundle, as: "\(prefix).\(index)")
    }
  }

  static func columns(in bundle: Bundle, prefix: String) throws -> [LogColumn] {
    try bundle.texts("\(prefix).columns").enumerated().map { index, name in
      LogColumn(name: name, values: try ColumnValues(bundle, "\(prefix).\(index)", column: name))
    }
  }
}
