import Foundation
import Testing

@Suite("Starter recipes for data of many shapes")
struct InitTests {
  /// Files in a folder, what is said of them and what stands in the recipe.
  struct Shape: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var files: [String: String]
    var words = ["init", "data"]
    var recipe: [String] = []
    var said: [String] = []
  }

  /// 30 users with 6 clicks each on 20 items: `line` makes a row of user, item, rating and time.
  private static func clicks(_ header: String = "", _ line: (Int, Int, Int, Int) -> String) -> String {
    var text = header
    for click in 0..<6 {
      for user in 1...30 {
        text += line(
          user,
          1 + (user * 3 + click * click) % 20,
          1 + (user + click) % 5,
          881_250_000 + click * 60 + user
        )
      }
    }
    return text
  }

  private static func rows(_ count: Int, _ header: String = "", _ line: (Int) -> String) -> String {
    header + (1...count).map(line).joined()
  }

  private static let shapes = [
    Shape(
      testDescription: "MovieLens-100K: no names, three files",
      files: [
        "data/u.data": clicks { "\($0)\t\($1)\t\($2)\t\($3)\n" },
        "data/u.item": rows(20) {
          "\($0)|Film \($0) (199\($0 % 10))|0\($0 % 9 + 1)-Jan-1995||\($0 % 2)|\($0 % 3 / 2)\n"
        },
        "data/u.user": rows(30) {
          "\($0)|\(20 + $0)|\($0 % 2 == 0 ? "M" : "F")|\($0 % 3 == 0 ? "writer" : "other")|0\($0)\n"
        },
        "data/u.genre": "Action|0\nComedy|1\n",
        "data/README": "The films of 1995.\n",
      ],
      recipe: [
        "    path: data\n    folders: [.]\n    clicks: u.data\n    delimiter: \"\\t\"\n    header: false\n",
        "    items: u.item\n    items_delimiter: \"|\"\n",
        "    user: 1  # a guess: ", "    item: 2  # a guess: ",
        "    time: 4  # a guess: its values look like times since 1970\n",
        "    title: 2  # a guess: the first text, and almost every row has its own\n",
        "    items: u.item\n    items_delimiter: \"|\"\n    users: u.user\n    users_delimiter: \"|\"\n",
        "    # rating: 3  # a guess: it stands between item and time, and holds 5 small numbers\n",
        "    # u.genre calls them Action, Comedy\n      genre: { columns: [5, 6] }\n",
        "    # available_from: 3  # a guess: no candidate before that time\n",
        "    user: 1  # a guess: it is the first column\n    numbers: [2]  # a guess: numbers\n",
        "    categories: [3, 4]  # a guess: few different values each\n",
      ],
      said: [
        "u.data is taken for the click log: its name says so, and it has a user, an item and a time in each row\n",
        "u.item is taken for the item table: '1' has 100 % of the items of the log, and its name says so\n",
        "u.user is taken for the user table: '1' has 100 % of the users of the log, and its name says so\n",
        "u.genre names the 2 flags of u.item\n",
        "u.data: rating is '3': it stands between item and time, and holds 5 small numbers\n",
      ]
    ),
    Shape(
      testDescription: "MovieLens-25M: names, and a second file that may be a log",
      files: [
        "data/ratings.csv": clicks("userId,movieId,rating,timestamp\n") { "\($0),\($1),\($2).0,\($3)\n" },
        "data/movies.csv": rows(20, "movieId,title,genres\n") {
          "\($0),\"Film \($0), The\",\($0 % 2 == 0 ? "Action|Comedy" : "Drama|Action")\n"
        },
        "data/tags.csv": rows(40, "userId,movieId,tag,timestamp\n") {
          "\($0 % 9),\($0 % 20 + 1),good,881250949\n"
        },
        "data/links.csv": rows(20, "movieId,imdbId\n") { "\($0),\(100 + $0)\n" },
      ],
      recipe: [
        "    clicks: ratings.csv\n    items: movies.csv\n",
        "    user: userId  # a guess: its name says user\n",
        "    item: movieId  # a guess: it is called as in the log\n",
        "    title: title  # a guess: its name says title\n",
      ],
      said: [
        "tags.csv may be a click log too; choose with --clicks FILE\n",
        "movies.csv is taken for the item table: 'movieId' has 100 % of the items of the log, and its name says so\n",
        "ratings.csv: rating is 'rating': its name says rating\n",
      ]
    ),
    Shape(
      testDescription: "the same, another file chosen",
      files: [
        "data/ratings.csv": clicks("userId,movieId,rating,timestamp\n") { "\($0),\($1),\($2).0,\($3)\n" },
        "data/tags.csv": clicks("userId,movieId,tag,timestamp\n") { "\($0),\($1),good,\($3)\n" },
      ],
      words: ["init", "data", "--clicks", "data/tags.csv"],
      recipe: ["    clicks: tags.csv\n"],
      said: ["ratings.csv is not used: "]
    ),
    Shape(
      testDescription: "MovieLens-1M: two colons",
      files: ["data/ratings.dat": clicks { "\($0)::\($1)::\($2)::\($3)\n" }],
      words: ["init", "data/ratings.dat"],
      recipe: [
        "    delimiter: \":\"\n    header: false\n", "    user: 1  #", "    item: 3  #", "    time: 7  #",
      ],
      said: ["data/ratings.dat: rating is '5': it stands between item and time"]
    ),
    Shape(
      testDescription: "a shop: deeds in a column, and a table of properties with many rows an item",
      files: [
        "data/events.csv": clicks("timestamp,visitorid,event,itemid\n") {
          "\($3)000,\($0),\(["view", "view", "addtocart", "transaction", "view"][$2 - 1]),\($1)\n"
        },
        "data/item_properties.csv": rows(60, "timestamp,itemid,property,value\n") {
          "881250949000,\($0 % 20 + 1),\($0 / 20),\($0)\n"
        },
        "data/category_tree.csv": rows(9, "categoryid,parentid\n") { "\(1000 + $0),\(1000 + $0 / 2)\n" },
      ],
      recipe: ["    clicks: events.csv\n  columns:\n    user: visitorid  #"],
      said: [
        "events.csv: event is 'event': it holds 3 different deeds, such as 'view'\n",
        "item_properties.csv is not used: no column of it has the ids of the log's items or users once each\n",
      ]
    ),
    Shape(
      testDescription: "RecBole: types behind names",
      files: [
        "data/ml.inter": clicks("user_id:token\titem_id:token\trating:float\ttimestamp:float\n") {
          "\($0)\t\($1)\t\($2)\t\($3)\n"
        },
        "data/ml.item": rows(20, "item_id:token\tmovie_title:token_seq\tclass:token_seq\n") {
          "\($0)\tFilm \($0)\t\($0 % 3 == 0 ? "Action" : "Drama")\n"
        },
        "data/ml.user": rows(30, "user_id:token\tage:token\tgender:token\n") {
          "\($0)\t\(20 + $0)\t\($0 % 2 == 0 ? "M" : "F")\n"
        },
      ],
      recipe: [
        "    clicks: ml.inter\n    delimiter: \"\\t\"\n    items: ml.item\n",
        "    user: \"user_id:token\"  #",
        "    multi: [\"class:token_seq\"]  # a guess: several values in a row\n    separator: \" \"  #",
        "item_multi: [\"class:token_seq\"]\n",
      ],
      said: [
        "ml.user is taken for the user table: 'user_id:token' has 100 % of the users of the log, and its name says so\n"
      ]
    ),
    Shape(
      testDescription: "names with blanks, quotes and signs of YAML, given one by one and in any order",
      files: [
        "my data/the: 'items' #1.csv": rows(20, "id,kind: of it,\"a, b\"\n") {
          "\($0),\($0 % 3),\($0 % 4).5\n"
        },
        "my data/it's a \"log\".csv": clicks("the user,the item,when #\n") { "u \($0),\($1),\($3)\n" },
      ],
      words: ["init", "my data/the: 'items' #1.csv", "my data/it's a \"log\".csv"],
      said: [
        "my data/the: 'items' #1.csv is taken for the item table: 'id' has 100 % of the items of the log, and its name says so\n",
        "ids of users are read as text, since there is 'u 1'\n",
      ]
    ),
    Shape(
      testDescription: "titles in Latin-1 beside a log of text ids",
      files: [
        "data/clicks.tsv": clicks("uid\tsku\tts\n") { "u\($0)\tp\($1)\t\($3)\n" },
        "data/products.csv": rows(20, "sku,name,brand,price\n") {
          "p\($0),Caf\u{E9} \($0),b\($0 % 3),\($0).5\n"
        },
      ],
      recipe: [
        "    delimiter: \"\\t\"\n    items: products.csv\n    items_encoding: latin-1  # a guess: it is not UTF-8\n"
          + "    items_delimiter: ",
        "    title: name  # a guess: its name says title\n",
        "    numbers: [price]  # a guess: numbers\n    keep: [brand]  # a guess: few different values each, or text\n",
        "  # item_",
      ]
    ),
  ]

  /// Writes the files, those with other letters than those of ASCII in Latin-1.
  private func place(_ shape: Shape) throws -> Workplace {
    let place = try Workplace()
    for (name, text) in shape.files {
      try place.write(name, text.data(using: .isoLatin1) ?? Data(text.utf8))
    }
    return place
  }

  @Test(
    "a starter recipe says what its files are, passes the check without a warning, and runs",
    arguments: shapes
  )
  func starter(shape: Shape) throws {
    let place = try place(shape)
    let outcome = try place.run(shape.words + ["-o", "r.yaml", "--force"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let errors = outcome.errors.replacing("\n  ", with: " ")
    for line in shape.said { #expect(errors.contains(line), "\(line) in \(errors)") }
    // Names of files are as long as they are.
    #expect(errors.contains("data/") || outcome.errors.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let recipe = try place.text("r.yaml")
    for line in shape.recipe { #expect(recipe.contains(line), "\(line) in \(recipe)") }
    let check = try place.run("check", "r.yaml")
    #expect(check.status == 0 && check.errors == "", "\(check.errors)\n\(recipe)")
    let run = try place.run(["run", "r.yaml"] + Self.short + ["--output", "o", "-q"])
    #expect(run.status == 0, "\(run.errors)")
    #expect(try place.metrics("o")["config.clicks"] == 180)
    #expect(try place.metrics("o")["config.users"] == 30)
  }

  /// A run of small data, with all cells.
  private static let short = ["train.epochs=1", "train.batch_size=32", "recall.k=5"]

  @Test("features that a recipe suggests can be taken: the line without its mark runs")
  func suggestions() throws {
    let shape = try #require(Self.shapes.first { $0.testDescription.hasPrefix("titles") })
    let place = try place(shape)
    #expect(try place.run("init", "data", "-o", "r.yaml", "--force").status == 0)
    let recipe = try place.text("r.yaml").replacing("  # item_", with: "  item_")
    #expect(recipe.contains("\n  item_"))
    try place.write("r.yaml", recipe)
    let run = try place.run(["run", "r.yaml"] + Self.short + ["--output", "o", "-q"])
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("without a file, in an empty folder, or with nothing to be read in it, it says so")
  func nothing() throws {
    let place = try Workplace()
    try place.write("empty/.hidden", "x")
    try place.write("other/notes.md", "# Notes\n")
    try place.write("packed/a.zip", "PK\u{3}\u{4}rest")
    try place.write("one/items.csv", "item\n1\n")
    for (words, message) in [
      (["init", "nowhere.csv"], "error: nowhere.csv: no such file or folder\n"),
      (["init", "empty"], "error: empty: the folder holds no files\n"),
      (["init", "other"], "error: other: the folder holds no file of data that can be read\n"),
      (
        ["init", "packed"],
        "error: packed: the folder holds no file of data that can be read; packed/a.zip: the file is a ZIP archive or a "
          + "spreadsheet; unpack it first, or save the sheet as CSV, and name the file or the folder that comes out\n"
      ),
      (
        ["init", "one"],
        "error: one/items.csv: no column can be the user; a click log needs two columns at least\n"
      ),
      (["init", "c.csv", "--items", "no.csv"], "error: no.csv: no such file or folder\n"),
    ] {
      let outcome = try place.run(words)
      #expect(outcome.status == 2 && outcome.output == "")
      #expect(outcome.errors == message)
    }
    let none = try place.run("init")
    #expect(
      none.status == 2 && none.errors.hasPrefix("Error: name the click log, or a folder that it is in\n")
    )
    #expect(!place.list(".").contains { $0.hasSuffix(".yaml") && $0 != "r.yaml" })
  }

  @Test("a recipe for a folder is called as the folder, also as the one where one stands")
  func names() throws {
    let place = try Workplace()
    try place.write("shop/clicks.csv", try place.text("c.csv"))
    #expect(try place.run("init", "shop/").output == "shop.yaml\n")
    #expect(try place.run("init", "./shop", "-o", "-").output == place.text("shop.yaml"))
  }

  // MARK: Real data

  private static let sets = FileManager.default.fileExists(
    atPath: SharedFolder.url.path + "/data/movielens_100k/u.data"
  )

  private func run(_ folder: String, _ settings: [String]) throws -> Workplace {
    let place = try Workplace()
    let made = try place.run("init", SharedFolder.url.path + "/data/" + folder, "-o", "s.yaml")
    try #require(made.status == 0, "\(made.errors)")
    let check = try place.run("check", "s.yaml")
    #expect(check.status == 0 && check.errors == "", "\(check.errors)")
    let run = try place.run(["run", "s.yaml", "--output", "o", "-q"] + settings)
    #expect(run.status == 0, "\(run.errors)")
    return place
  }

  @Test("MovieLens-100K goes from init to a model in one step", .enabled(if: sets, "../shared is not there"))
  func movielens() throws {
    let place = try run("movielens_100k", ["train.epochs=3"])
    #expect(try place.metrics("o")["config.clicks"] == 100_000)
    #expect(try place.metrics("o")["config.catalogue_items"] == 1682)
    // Popularity has .0859 there; three epochs are beyond it.
    #expect(try place.metrics("o")["eval.hit_rate@10"] ?? 0 > 0.1)
  }

  @Test("so do the clicks of the news site", .enabled(if: SharedFolder.hasNews, "../shared is not there"))
  func news() throws {
    let place = try run(
      "news_recommendation",
      ["split.sample_users=2000", "train.epochs=1"]
    )
    #expect(try place.metrics("o")["config.clicks"] == 1_112_623)
    #expect(try place.metrics("o")["config.catalogue_items"] == 364_047)
  }

  @Test("so do the sequences of Amazon Beauty", .enabled(if: sets, "../shared is not there"))
  func beauty() throws {
    let place = try run("amazon_beauty", ["train.epochs=1"])
    #expect(try place.metrics("o")["config.clicks"] == 198_502)
    #expect(try place.metrics("o")["config.users"] == 22_363)
  }
}
