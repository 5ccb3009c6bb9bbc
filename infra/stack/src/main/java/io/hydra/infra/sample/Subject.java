package io.hydra.infra.sample;

import java.util.List;

/** What a note of the sample is about, and the shelf that most readers would file it on. */
enum Subject {
  CYCLING("sport", "the gravel bike", "a long climb", "new brake pads", "the Sunday peloton"),
  RUNNING("sport", "a half marathon", "worn running shoes", "the track session", "a tempo run"),
  CLIMBING("sport", "the bouldering wall", "a chalk bag", "an overhang", "the belay partner"),
  BAKING("food", "a sourdough loaf", "rye flour", "the proofing basket", "cinnamon buns"),
  COFFEE("food", "a pour-over kettle", "light-roast beans", "the hand grinder", "an espresso shot"),
  FORAGING(
      "food", "wild garlic", "a basket of chanterelles", "elderflower cordial", "sloe berries"),
  GARDENING("nature", "the raised bed", "tomato seedlings", "a compost heap", "late frost"),
  BIRDS("nature", "a pair of goldfinches", "the nesting box", "migrating cranes", "a field guide"),
  ASTRONOMY("science", "Saturn's rings", "a small telescope", "the meteor shower", "a red dwarf"),
  GENETICS("science", "a gene drive", "ancient DNA", "the sequencing lab", "a model organism"),
  PHONES(
      "technology",
      "a folding phone",
      "the battery health page",
      "an app update",
      "a cracked screen"),
  ROBOTS("technology", "a robot arm", "the stepper motors", "a line follower", "the control board"),
  TRAINS("travel", "the night train", "a rail pass", "the dining car", "a mountain viaduct"),
  CITIES(
      "travel",
      "a weekend in Lisbon",
      "the old tram line",
      "a rooftop hostel",
      "the harbour market"),
  PAINTING(
      "arts", "a watercolour block", "the life-drawing class", "cobalt blue", "a small gallery"),
  JAZZ("arts", "a bebop record", "the trumpet solo", "a basement club", "brushes on a snare"),
  CASTLES("history", "a ruined keep", "the moat survey", "a siege engine", "the gatehouse chapel"),
  LETTERS("history", "a box of old letters", "the parish register", "a wartime diary", "faded ink"),
  PARENTING("family", "the school run", "a bedtime story", "pocket money", "the birthday party"),
  GRANDPARENTS(
      "family", "grandfather's workshop", "a family recipe", "the Sunday call", "photo albums"),
  YOGA("health", "a morning stretch", "the breathing exercise", "a cork mat", "a balance pose"),
  SLEEP("health", "a sleep diary", "the afternoon nap", "blackout curtains", "a steady bedtime"),
  SAVINGS(
      "business", "an index fund", "the household budget", "a pension letter", "compound interest"),
  STARTUPS(
      "business", "a pitch deck", "the first customer", "a seed round", "the co-working lease"),
  WOODWORK("workshop", "a dovetail joint", "the hand plane", "an oak stool", "a sharpening stone"),
  KNITTING("workshop", "a wool jumper", "circular needles", "the cable pattern", "leftover yarn");

  private final String usualShelf;

  @SuppressWarnings("ImmutableEnumChecker") // An immutable list of strings.
  private final List<String> things;

  Subject(String usualShelf, String... things) {
    this.usualShelf = usualShelf;
    this.things = List.of(things);
  }

  String usualShelf() {
    return usualShelf;
  }

  List<String> things() {
    return things;
  }
}
