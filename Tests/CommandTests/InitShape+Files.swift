import Parquet

extension InitShape {
  /// The clicks of `clicks(_:_:)` as numbers.
  private static let rows = (0..<6).flatMap { click in
    (1...30).map { user in
      (user: user, item: 1 + (user * 3 + click * click) % 20, time: 881_250_000 + click * 60 + user)
    }
  }

  private static func parquet(
    _ fields: [ParquetField],
    _ rows: Int,
    _ columns: [ParquetFieldValues]
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    let writer = try? ParquetWriter(fields) { bytes += $0 }
    try? writer?.write(rows: rows, columns)
    try? writer?.finish()
    return bytes
  }

  /// A day of clicks, 60 of them, with text ids of items and times of a type of their own.
  private static func day(_ day: Int) -> [UInt8] {
    let part = rows[day * 60..<day * 60 + 60]
    return parquet(
      [
        ParquetField("user_id", .int64), ParquetField("item_id", .text),
        ParquetField("at", .timestamp(.milliseconds)),
      ],
      60,
      [
        ParquetFieldValues(.int64s(part.map { Int64($0.user) })),
        ParquetFieldValues(.texts(part.map { "i\($0.item)" })),
        ParquetFieldValues(.int64s(part.map { Int64($0.time) * 1000 })),
      ]
    )
  }

  /// 20 items with a title, lists of tags of several lengths, and vectors.
  private static let itemTable = parquet(
    [
      ParquetField("item_id", .text), ParquetField("title", .text), ParquetField("tags", .text, isList: true),
      ParquetField("emb", .float, isList: true),
    ],
    20,
    [
      ParquetFieldValues(.texts((1...20).map { "i\($0)" })),
      ParquetFieldValues(.texts((1...20).map { "Thing \($0)" })),
      ParquetFieldValues(
        .texts((1...20).flatMap { ["a", "b"].prefix($0 % 3) }),
        lengths: (1...20).map { Int32($0 % 3) }
      ),
      ParquetFieldValues(.floats((0..<80).map { Float($0) / 7 }), lengths: [Int32](repeating: 4, count: 20)),
    ]
  )

  /// A NumPy file: its magic, version 1, the length of the header, the header, and the elements.
  private static func numpy(_ type: String, _ shape: String, _ elements: [UInt8]) -> [UInt8] {
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + elements
  }

  private static let vectors = numpy(
    "<f4",
    "(20, 4)",
    (0..<80).flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: (Float(value) / 7).bitPattern >> ($0 * 8)) }
    }
  )

  private static let ids = numpy("<i8", "(20,)", (1...20).flatMap { [UInt8($0), 0, 0, 0, 0, 0, 0, 0] })

  static let others = [
    InitShape(
      testDescription: "a folder of days in Parquet, and items with lists and vectors",
      bytes: [
        "data/clicks/day=1/part-0.parquet": day(0), "data/clicks/day=2/part-0.parquet": day(1),
        "data/clicks/day=3/part-0.parquet": day(2), "data/clicks/_SUCCESS": [],
        "data/items.parquet": itemTable,
      ],
      recipe: [
        "    path: data/clicks\n    folders: [.]\n    clicks: \"day=*\"\n    items: ../items.parquet\n  columns:\n",
        "    time: at  # a guess: its values look like times since 1970\n",
        "    multi: [tags]  # a guess: several values in a row\n",
        "    vectors: emb  # a guess: 4 numbers in each row\n", "\n  item_vectors: frozen\n",
      ],
      said: [
        "day      integer  of its path  1\n",
        "clicks/day=* is taken for the click log: its name says so, and it has a user, an item and a time in each row\n",
        "items.parquet is taken for the item table: 'item_id' has 100 % of the items of the log, and its name says so\n",
      ]
    ),
    InitShape(
      testDescription: "days in the folder itself",
      bytes: [
        "data/day=1/a.parquet": day(0), "data/day=2/a.parquet": day(1), "data/day=3/a.parquet": day(2),
      ],
      recipe: ["    path: data\n    folders: [.]\n    clicks: \"day=*\"\n"]
    ),
    InitShape(
      testDescription:
        "parts of a log, and a file of another kind whose name differs from others' in a number",
      files: [
        "data/log-1.csv": clicks("user,item,time\n") { $3 < 881_250_100 ? "\($0),\($1),\($3)\n" : "" },
        "data/log-2.csv": clicks("user,item,time\n") { $3 < 881_250_100 ? "" : "\($0),\($1),\($3)\n" },
        "data/goods1.csv": rows(20, "item,color\n") { "\($0),\($0 % 2 == 0 ? "red" : "blue")\n" },
        "data/goods2.csv": rows(20, "good,price,shop\n") { "\($0 + 90),\($0),\($0)\n" },
      ],
      recipe: ["    clicks: \"log-*.csv\"\n    items: goods1.csv\n"],
      said: [
        "goods2.csv is not used: 'good' has none of the items of the log and none of the users of the log\n"
      ]
    ),
    InitShape(
      testDescription: "the same parts named one by one",
      files: [
        "data/log-1.csv": clicks("user,item,time\n") { $3 < 881_250_100 ? "\($0),\($1),\($3)\n" : "" },
        "data/log-2.csv": clicks("user,item,time\n") { $3 < 881_250_100 ? "" : "\($0),\($1),\($3)\n" },
        "data/log-3.csv": "user,item,time\n1,1,1\n",
      ],
      words: ["init", "data/log-1.csv", "data/log-2.csv"],
      // A pattern would take in the third.
      recipe: ["    clicks: [log-1.csv, log-2.csv]\n"]
    ),
    InitShape(
      testDescription: "JSON lines with objects in objects, deeds, and what was shown",
      files: [
        "data/events.jsonl": clicks {
          "{\"user\": {\"id\": \"u\($0)\", \"country\": \"\($0 % 2 == 0 ? "de" : "fr")\"}, \"item\": {\"id\": \($1)}, "
            + "\"event\": \"\(["view", "click", "buy"][$1 % 3])\", \"shown\": [\($1), \($1 % 20 + 1)], \"time\": \($3)}\n"
        }
      ],
      recipe: [
        "    user: user.id  # a guess: its name says user\n    item: item.id  # a guess: its name says item\n",
        "    impressions: shown  # a guess: it holds several items, the one clicked among them\n",
        "    # keep: [user.country]\n",
        "    event: event  # a guess: it holds 3 different deeds, such as 'click'\n",
        "  # context: [user.country]\n",
        "  # impressions_per_sample: 4  # what was shown and not clicked, as negatives\n",
      ]
    ),
    InitShape(
      testDescription: "what was shown as text, with commas",
      files: [
        "data/clicks.tsv": clicks("user\titem\ttime\tslate\n") {
          "\($0)\t\($1)\t\($3)\t\($1 % 20 + 1),\($1)\n"
        }
      ],
      recipe: ["    impressions: slate  #", "\n  impressions: { separator: \",\" }\n"]
    ),
    InitShape(
      testDescription: "vectors in the order of the item table",
      files: [
        "data/clicks.csv": clicks("user,item,time\n") { "\($0),\($1),\($3)\n" },
        "data/items.csv": rows(20, "item,color\n") { "\($0),\($0 % 2 == 0 ? "red" : "blue")\n" },
      ],
      bytes: ["data/vectors.npy": vectors],
      recipe: [
        "    vectors: vectors.npy  # a guess: 20 vectors of 4 numbers, as many as items.csv has rows\n",
        "\n  item_vectors: frozen\n",
      ]
    ),
    InitShape(
      testDescription: "vectors with ids of their own, and no item table",
      files: ["data/clicks.csv": clicks("user,item,time\n") { "\($0),\($1),\($3)\n" }],
      bytes: ["data/emb.npy": vectors, "data/emb_ids.npy": ids],
      recipe: [
        "    vectors: emb.npy  # a guess: 20 vectors of 4 numbers, whose ids are in emb_ids.npy\n"
          + "    vector_ids: emb_ids.npy\n"
      ]
    ),
  ]
}
