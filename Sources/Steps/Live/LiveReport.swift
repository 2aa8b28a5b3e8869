import Files
import Notebook
import Recall
import Report

/// A report's page that holds the run's model too, so that whoever reads it can ask the model.
package struct LiveReport {
  /// How large a page may be: what mail takes as an attachment.
  static let mostBytes = 20_000_000
  /// The share of places on which rounded vectors should give the recipe's own lists.
  static let enough = 0.99

  /// What the page is rendered by.
  package let renderer: HTMLReport

  private static let script =
    PageParts.combobox + String(decoding: PackageResources.live_model_js, as: UTF8.self)
    + String(decoding: PackageResources.live_page_js, as: UTF8.self)
  private static let style = String(decoding: PackageResources.live_css, as: UTF8.self)

  /// Takes the model that the run in `folder` saved.
  /// - Parameter most: how many items the page holds at most, the most clicked ones; nil for all.
  /// - Throws: `RunRefusal` where there is no one model, or the page would be too large; what reading the model throws.
  package init(_ document: ReportDocument, folder: String, most: Int?) throws {
    let source = try LiveSource(document, folder: folder)
    let saved = source.model
    guard saved.model.shape.ensemble == nil else {
      throw RunRefusal(
        "the model of '\(folder)' is an ensemble, and a page holds one model; run the recipe with 'ensemble: 1' for that"
      )
    }
    guard saved.model.shape.trendHours.isEmpty else {
      throw RunRefusal(
        "the model of '\(folder)' counts what was clicked just before a request, and a page knows of no clicks but its reader's; "
          + "run the recipe without 'trend_hours' for that"
      )
    }
    guard !saved.model.shape.usesUserFeatures else {
      throw RunRefusal(
        "the model of '\(folder)' has features of users, and whoever reads a page is none of them; a model with "
          + "'user_features: false' can be held by one"
      )
    }
    let items = try Self.items(of: source, most: most)
    let report = HTMLReport().files(of: document).reduce(0) { $0 + $1.text.utf8.count }
    let size = LiveSize(
      saved,
      items,
      besides: report + Self.script.utf8.count + Self.style.utf8.count + 10_000
    )
    guard size.fits(.eight) else { throw RunRefusal(size.refusal) }
    let agreement = try LiveAgreement(saved, items)
    var (bits, share) = (PackedVectors.Precision.eight, try agreement.share(bits: .eight))
    if share < Self.enough, size.fits(.sixteen) {
      (bits, share) = (.sixteen, try agreement.share(bits: .sixteen))
    }
    var model = try LiveModel(saved, items, bits: bits)
    model.examples = LiveExamples.of(document)
    let words = LiveWords(
      source: source,
      items: items,
      bits: bits,
      agreement: share,
      hasExamples: !model.examples.isEmpty
    )
    renderer = HTMLReport(
      addition: HTMLAddition(
        title: "Try the model",
        introduction: words.introduction,
        body: String(decoding: PackageResources.live_html, as: UTF8.self),
        notes: words.notes,
        style: Self.style,
        script: Self.script,
        data: ("live.model", try CodableJSON.text(model))
      )
    )
  }

  private static func items(of source: LiveSource, most: Int?) throws -> LiveItems {
    let items: LiveItems
    do { items = try LiveItems(source.model, most: most, at: source.moment) } catch is LiveItems.NoClicks {
      throw RunRefusal(
        "'\(source.folder)' does not say how often items were clicked, since an older version wrote it; run the "
          + "recipe again, then --live-items can tell the most clicked ones"
      )
    }
    guard items.places.isEmpty else { return items }
    throw RunRefusal("in '\(source.folder)' no item has a vector of its own; there is nothing to recommend")
  }
}
