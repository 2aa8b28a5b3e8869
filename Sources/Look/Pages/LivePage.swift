/// One page: what it shows, and what that hangs on.
protocol LivePage: Sendable {
  /// How long to wait between two looks at whether something has changed, in milliseconds.
  var pause: Int { get }
  /// Changes whenever what the page shows may have; quick.
  func stamp() -> String
  /// What the page shows now.
  /// - Throws: ``PageProblem`` where there is nothing to show.
  func content() throws -> PageContent
}

/// What a page shows.
struct PageContent: Sendable {
  /// A part that is replaced by itself where it changes.
  struct Region: Sendable, Equatable {
    /// The id of its element.
    var id: String
    /// What stands in it.
    var html: String
    /// Whether it stays as it was loaded: what people type into must not be replaced.
    var isFixed = false
  }

  /// What the page is called.
  var title: String
  /// Where in the navigation it stands.
  var place: Place
  /// The entries of its contents.
  var contents: [(title: String, anchor: String)] = []
  /// Its parts in order.
  var regions: [Region]
  /// What is told to people who cannot see the page where it changes; not each tick.
  var status = ""
  /// Whether the page is of something that has gone: what it showed before stays.
  var isGone = false

  /// The pages of the navigation.
  enum Place: Sendable {
    case runs, recipes, none
  }
}

/// Why a page has nothing to show.
struct PageProblem: Error {
  /// Whether there is no such thing, or what was asked makes no sense, or what is there cannot be shown.
  enum Kind: Sendable {
    case missing, wrong, unreadable
  }

  var kind: Kind
  var message: String

  init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }
}
