import Report
import Testing

@Suite("Number formatting")
struct NumberFormatTests {
  @Test(
    "groups thousands, at the limits of Int too",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-1234, "-1,234"), (364_047, "364,047"),
      (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
    ]
  )
  func grouped(value: Int, expected: String) {
    #expect(NumberFormat.grouped(value) == expected)
  }

  // Expected values are what Python's format(value, ".nf") prints.
  @Test(
    "fixed digits round the exact value, ties to even, like printf",
    arguments: [
      (0.125, 2, "0.12"), (0.375, 2, "0.38"), (1.005, 2, "1.00"), (2.675, 2, "2.67"), (0.5, 0, "0"),
      (1.5, 0, "2"), (2.5, 0, "2"), (0.15, 1, "0.1"), (0.25, 1, "0.2"), (0.35, 1, "0.3"),
      (7.84, 2, "7.84"), (-0.001, 2, "0.00"), (-1.255, 2, "-1.25"), (0.05, 3, "0.050"),
      (9.995, 2, "9.99"), (99.999, 2, "100.00"), (1e-300, 3, "0.000"), (0.0, 0, "0"),
      (123456789.123456789, 6, "123456789.123457"), (2251799813685248.5, 1, "2251799813685248.5"),
      (1e22, 1, "10000000000000000000000.0"), (.leastNonzeroMagnitude, 17, "0.00000000000000000"),
    ]
  )
  func fixed(value: Double, digits: Int, expected: String) {
    #expect(NumberFormat.fixed(value, digits: digits) == expected)
  }

  @Test("what is not finite has a sign of its own")
  func notFinite() {
    #expect(NumberFormat.fixed(.nan, digits: 2) == "–")
    #expect(NumberFormat.fixed(.infinity, digits: 2) == "∞")
    #expect(NumberFormat.significant(-.infinity, digits: 2) == "-∞")
    #expect(NumberFormat.duration(seconds: .nan) == "–")
    #expect(NumberFormat.grouped(.nan, digits: 1) == "–")
  }

  @Test("real numbers group their whole part")
  func groupedReal() {
    #expect(NumberFormat.grouped(1_234_567.891, digits: 2) == "1,234,567.89")
    #expect(NumberFormat.grouped(-999.96, digits: 1) == "-1,000.0")
    #expect(NumberFormat.grouped(123.0, digits: 0) == "123")
  }

  @Test(
    "significant digits, without trailing zeros",
    arguments: [
      (0.012345, 3, "0.0123"), (1234.5, 2, "1200"), (0.5, 3, "0.5"), (0.0, 3, "0"), (99.96, 3, "100"),
      (-0.00098765, 2, "-0.00099"), (0.00001234, 2, "1.2e-05"), (1e-5, 1, "1e-05"), (3.0, 5, "3"),
      (1.5e300, 3, "1.5e+300"), (999_999_999_999_999, 17, "999999999999999"), (1e15, 3, "1e+15"),
      (0.0001, 2, "0.0001"), (.leastNonzeroMagnitude, 3, "5e-324"),
    ]
  )
  func significant(value: Double, digits: Int, expected: String) {
    #expect(NumberFormat.significant(value, digits: digits) == expected)
  }

  @Test(
    "durations carry into the next unit",
    arguments: [
      (0.0, "0 s"), (8.5e-8, "85 ns"), (8.4e-4, "840 µs"), (0.0012, "1.2 ms"), (0.012, "12 ms"),
      (0.84, "0.84 s"), (9.996, "10.0 s"), (12.34, "12.3 s"), (59.96, "1 min 0 s"), (72.0, "1 min 12 s"),
      (3599.6, "1 h 0 min"), (7500.0, "2 h 5 min"), (86_399.0, "1 d 0 h"), (273_600.0, "3 d 4 h"),
      (-0.5, "-0.50 s"), (1e20, "1e+20 s"),
    ]
  )
  func duration(seconds: Double, expected: String) {
    #expect(NumberFormat.duration(seconds: seconds) == expected)
  }

  @Test(
    "shares as people say them; nothing is not a little",
    arguments: [
      (0, "0 %"), (-0.0, "0 %"), (1e-9, "less than 0.1 %"), (0.00099, "less than 0.1 %"), (0.001, "0.1 %"),
      (0.034, "3.4 %"), (0.12, "12 %"), (1, "100 %"), (.nan, "– %"),
    ] as [(Double, String)]
  )
  func percent(share: Double, expected: String) {
    #expect(NumberFormat.percent(share) == expected)
  }

  @Test(
    "bytes in decimal units",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (46_598_016, "46.6 MB"), (466_000_000, "466 MB"),
      (999_950, "1.0 MB"), (99_960, "100 kB"), (2_000_000_000, "2.0 GB"), (-1500, "-1.5 kB"),
      (Int.max, "9.2 EB"),
    ]
  )
  func bytes(count: Int, expected: String) {
    #expect(NumberFormat.bytes(count) == expected)
  }
}
