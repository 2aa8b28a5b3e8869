import Testing

/// Files in a folder, what `towerbook init` says of them and what stands in the recipe.
struct InitShape: Sendable, CustomTestStringConvertible {
  var testDescription: String
  /// Texts, of which those with other letters than ASCII's are written in Latin-1.
  var files: [String: String] = [:]
  var bytes: [String: [UInt8]] = [:]
  var words = ["init", "data"]
  var recipe: [String] = []
  var said: [String] = []

  /// 30 users with 6 clicks each on 20 items: `line` makes a row of user, item, rating and time.
  static func clicks(_ header: String = "", _ line: (Int, Int, Int, Int) -> String) -> String {
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

  static func rows(_ count: Int, _ header: String = "", _ line: (Int) -> String) -> String {
    header + (1...count).map(line).joined()
  }

  /// Clicks, and behind each what was shown beside it and not clicked.
  private static let shown: String = clicks(
    "user_id,video_id,date,time_ms,is_click,is_like,play_time_ms,tab\n"
  ) { user, item, rating, time in
    let (request, tab) = ("2022042\(rating),\(time)000", rating % 3)
    return "\(user),\(item),\(request),1,\(rating % 2),\(rating * 900),\(tab)\n"
      + "\(user),\(item % 20 + 1),\(request),0,0,0,\(tab)\n"
  }

  /// More rows than are looked at of what was shown and not clicked, and then clicks.
  private static let late: String =
    rows(210, "user,item,clicked,event_time\n") {
      "\($0 % 30 + 1),\($0 % 20 + 1),0,\(881_240_000 + $0)\n"
    } + clicks { "\($0),\($1),1,\($3)\n" }

  static let texts = [
    InitShape(
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
    InitShape(
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
    InitShape(
      testDescription: "the same, another file chosen",
      files: [
        "data/ratings.csv": clicks("userId,movieId,rating,timestamp\n") { "\($0),\($1),\($2).0,\($3)\n" },
        "data/tags.csv": clicks("userId,movieId,tag,timestamp\n") { "\($0),\($1),good,\($3)\n" },
      ],
      words: ["init", "data", "--clicks", "data/tags.csv"],
      recipe: ["    clicks: tags.csv\n"],
      said: ["ratings.csv is not used: "]
    ),
    InitShape(
      testDescription: "MovieLens-1M: two colons",
      files: ["data/ratings.dat": clicks { "\($0)::\($1)::\($2)::\($3)\n" }],
      words: ["init", "data/ratings.dat"],
      recipe: [
        "    delimiter: \"::\"\n    header: false\n", "    user: 1  #", "    item: 2  #", "    time: 4  #",
      ],
      said: ["data/ratings.dat: rating is '3': it stands between item and time"]
    ),
    InitShape(
      testDescription: "the same with its films, some of which have a colon in their title",
      files: [
        "data/ratings.dat": clicks { "\($0)::\($1)::\($2)::\($3)\n" },
        "data/movies.dat": rows(20) {
          "\($0)::Film \($0)\($0 % 3 == 0 ? ": The End" : "") (1995)::\($0 % 2 == 0 ? "Action|Comedy" : "Drama|Action")\n"
        },
      ],
      recipe: [
        "    delimiter: \"::\"\n    header: false\n    items: movies.dat\n", "    title: 2  #",
        "    multi: [3]  #", "    separator: \"|\"",
      ],
      said: [
        "movies.dat is taken for the item table: '1' has 100 % of the items of the log, and its name says so\n"
      ]
    ),
    InitShape(
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
        "item_properties.csv is not used: 'itemid' has the items of the log in several rows each, and 'timestamp' has none of",
      ]
    ),
    InitShape(
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
        "  # item_multi: [\"class:token_seq\"]\n",
      ],
      said: [
        "ml.user is taken for the user table: 'user_id:token' has 100 % of the users of the log, and its name says so\n"
      ]
    ),
    InitShape(
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
    InitShape(
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
    InitShape(
      testDescription: "sets, of which it is said that they are, though there are times",
      files: ["data/log.csv": clicks("user,item,ts\n") { "\($0),\($1),\($3)\n" }],
      words: ["init", "data", "--sets"],
      recipe: [
        "    time: ts  # a guess: ", "  strategy: random\n  share: 0.2\n  validation: random\n",
        "  history: others\n  max_seq_len: 50\n", "  pooling: mean\n", "  headline_k: 20\n",
        "{{ eval.recall@20 | percent }}",
      ]
    ),
    InitShape(
      testDescription: "rows without times, taken to be in order unless it is said that they are not",
      files: ["data/log.csv": clicks("user,item\n") { user, item, _, _ in "\(user),\(item)\n" }],
      recipe: [
        "  # towerbook init --sets\n  history: before\n", "  strategy: last_click\n",
        "  pooling: learned_position\n", "  ensemble: 2\n",
      ],
      said: ["log.csv: no column looks like a time; the order of the file is taken for time\n"]
    ),
    InitShape(
      testDescription: "the day in one column, the time of day in another",
      files: [
        "data/log.csv": clicks("user,item,day,at\n") { user, item, rating, _ in
          "\(user),\(item),2017-10-0\(rating),\(rating + 6):0\(rating):30\n"
        }
      ],
      recipe: ["    time: day  # a guess: "],
      said: [
        "log.csv: 'at' holds times of day, such as '8:02:30', which are not read: clicks of one time in 'day' stay in the order "
          + "of the file; write both into one column, as in 2017-10-03T11:19:30, if the log is not sorted\n"
      ]
    ),
    InitShape(
      testDescription: "sets without times",
      files: ["data/log.csv": clicks("user,item\n") { user, item, _, _ in "\(user),\(item)\n" }],
      words: ["init", "data", "--sets"],
      recipe: ["  strategy: random\n", "  history: others\n"]
    ),
    InitShape(
      testDescription: "sets that others have split, as LightGCN's are",
      files: [
        "data/train.txt": rows(30) { user in
          // 5, 6 and 7 items, 180 altogether.
          "\(user)" + (0..<5 + user % 3).map { " \($0 * 4 + user % 4)" }.joined() + "\n"
        },
        "data/test.txt": rows(30) { "\($0) \(($0 + 1) % 30)\n" },
      ],
      words: ["init", "data", "--sets"],
      recipe: [
        "    clicks: train.txt\n    format: sequences", "  strategy: files\n  test_file: test.txt\n",
        "  validation: random\n  refit: true\n", "  history: others\n",
      ],
      said: [
        "test.txt is taken for the clicks to test on: its name says so, and it is written as the log is\n"
      ]
    ),
    InitShape(
      testDescription: "clicks to test on with times, named",
      files: [
        "data/log.csv": clicks("user,item,ts\n") { "\($0),\($1),\($3)\n" },
        "data/later.csv": rows(30, "item,user,ts\n") { "\(1 + $0 % 20),\($0),88125100\($0 % 10)\n" },
      ],
      words: ["init", "data/log.csv", "--test", "data/later.csv"],
      recipe: [
        "    time: ts  # a guess: ", "  strategy: files\n  test_file: later.csv\n  validation: second_last\n",
        "  max_seq_len: 30\n",
      ]
    ),
    InitShape(
      testDescription:
        "KuaiRand: 1 for what was clicked among what was shown, what came of it, and days as digits",
      files: ["data/log.csv": shown],
      recipe: [
        "    item: video_id  # a guess: ", "    time: time_ms  # a guess: its name says time\n",
        "    # keep: [date, tab]\n    rating: is_click  # a guess: it holds 0 and 1, and its name says click: ",
        "\n  ratings: { at_least: 1 }\n", "\n  # context: [date, tab]\n",
      ],
      said: [
        "log.csv: rating is 'is_click': it holds 0 and 1, and its name says click: rows of 0 are no clicks\n"
      ]
    ),
    InitShape(
      testDescription: "labels of 0 and 1, with their type behind the name",
      files: [
        "data/ctr.inter": clicks("user_id:token\titem_id:token\tlabel:float\ttimestamp:float\n") {
          "\($0)\t\($1)\t1.0\t\($3)\n\($0)\t\($1 % 20 + 1)\t0.0\t\($3)\n"
        }
      ],
      recipe: [
        "    rating: \"label:float\"  # a guess: it holds 0 and 1, and its name says label: rows of 0 are no clicks\n",
        "\n  ratings: { at_least: 1 }\n",
      ]
    ),
    InitShape(
      testDescription: "clicks behind many rows of none: 0 and 1 are no times, whatever the name says",
      files: ["data/log.csv": late],
      recipe: ["    time: event_time  # a guess: ", "    rating: clicked  # a guess: "]
    ),
    InitShape(
      testDescription:
        "tags of users, of whom some have several, are no user table, and links of items neither",
      files: [
        "data/ratings.csv": clicks("userId,movieId,rating,timestamp\n") { "\($0),\($1),\($2).0,\($3)\n" },
        "data/movies.csv": rows(20, "movieId,title,genres\n") { "\($0),Film \($0),Drama|Action\n" },
        "data/tags.csv": rows(40, "userId,movieId,tag,timestamp\n") {
          "\($0 % 25 + 1),\($0 % 10 + 1),good,881250949\n"
        },
        "data/links.csv": rows(20, "movieId,imdbId\n") { "\($0),\(100 + $0)\n" },
      ],
      recipe: ["    clicks: ratings.csv\n    items: movies.csv\n  columns:\n"],
      said: [
        "links.csv is not used: its ids are those of the log, and another table is taken\n",
        "tags.csv is not used: 'movieId' has the items of the log in several rows each, and 'userId' has some users in several "
          + "rows\n",
      ]
    ),
    InitShape(
      testDescription: "Amazon 2023: variants of products, and a table of the products",
      files: [
        "data/reviews.csv": clicks("user_id,asin,parent_asin,rating,timestamp\n") {
          "\($0),A\($1)x\($2),P\($1),\($2).0,\($3)000\n"
        },
        "data/meta.csv": rows(20, "parent_asin,title,store\n") { "P\($0),Thing \($0),s\($0 % 3)\n" },
      ],
      recipe: [
        "    clicks: reviews.csv\n    items: meta.csv\n",
        "    item: parent_asin  # a guess: the item table has its ids\n",
        "    item: parent_asin  # a guess: it is called as in the log\n",
      ],
      said: [
        "meta.csv is taken for the item table: 'parent_asin' has 100 % of the items of the log, and its name says so\n",
        "reviews.csv: item is 'parent_asin': the item table has its ids\n",
      ]
    ),
    InitShape(
      testDescription: "Analytics: a list that all rows have is no item where another column has ids",
      files: [
        "data/events.csv": clicks("event_name,user_pseudo_id,item_list_id,page_id,event_timestamp\n") {
          "view_item,u\($0),home,p\($1),\($3)000000\n"
        }
      ],
      recipe: [
        "    user: user_pseudo_id  # a guess: ", "    item: page_id  # a guess: its name says item\n",
        "    time: event_timestamp  # a guess: ",
      ]
    ),
    InitShape(
      testDescription: "Analytics: no name says item, and the next columns have one value",
      files: [
        "data/events.csv": clicks("event_date,event_name,user_pseudo_id,good,event_timestamp\n") {
          "20210131,view_item,u\($0),g\($1),\($3)000000\n"
        }
      ],
      recipe: [
        "    item: good  # a guess: no name says item; it is the next column with several values\n",
        "    time: event_timestamp  # a guess: ",
      ]
    ),
  ]
}

@Suite("Logs that no starter recipe is made of as they are")
struct InitRefusalTests {
  @Test(
    "what MIND has, all that was shown in one field, becomes rows of clicks first, by a line that is told"
  )
  func marked() throws {
    let place = try Workplace()
    let rows = InitShape.rows(30) {
      "\($0)\tU\($0 % 9)\t11/15/2019 12:37:50 PM\tN1 N2\tN\($0)-0 N\($0 + 1)-1\n"
    }
    try place.write("mind/behaviors.tsv", rows)
    try place.write("mind/news.tsv", InitShape.rows(30) { "N\($0)\tsports\tfootball\tNews \($0) of today\n" })
    let outcome = try place.run("init", "mind")
    #expect(outcome.status == 2 && outcome.output == "")
    #expect(
      outcome.errors.hasPrefix(
        "error: mind/behaviors.tsv: '5' holds what was shown, with 1 behind what was clicked, as MIND has it; make a row of each "
          + "click first: import pandas as pd; t = pd.read_csv('mind/behaviors.tsv', sep='\\t', names="
      ),
      "\(outcome.errors)"
    )
    let named = rows.replacing("\t", with: ",")
    try place.write("log.csv", "impression_id,user_id,at,history,shown\n" + named)
    let other = try place.run("init", "log.csv")
    #expect(other.errors.hasPrefix("error: log.csv: 'shown' holds what was shown, "), "\(other.errors)")
    #expect(other.errors.contains("; t = pd.read_csv('log.csv', sep=','); t = t.assign("), "\(other.errors)")
  }
}
