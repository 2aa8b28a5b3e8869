/// Recipes that the program carries with it.
public enum BuiltInRecipe {
  /// `recipes/quickstart.yaml`, as it was when the program was built.
  public static var quickstart: String { String(decoding: PackageResources.quickstart_yaml, as: UTF8.self) }
}
