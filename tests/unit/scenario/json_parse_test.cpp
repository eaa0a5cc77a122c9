#include "sim/scenario/json_parse.hpp"

#include "tests/catch.hpp"

using namespace writepath;
using Type = JsonNode::Type;

namespace {

/// "line:column message" of each mistake.
std::string mistakes_of(const std::string& text) {
  std::string all;
  for (const Mistake& m : parse_json(text, 0).mistakes.sorted())
    all += std::to_string(m.place.line) + ":" + std::to_string(m.place.column) + " " + m.pointer +
           (m.pointer.empty() ? "" : " ") + m.message + "\n";
  return all;
}

std::pair<int, int> place_of(const JsonNode& node) { return {node.place.line, node.place.column}; }

}  // namespace

TEST_CASE("every key and value knows its line and column, counted in characters", "[scenario]") {
  const std::string text =
      "{ \"ä€😀\": 1,\t\"b\" : [true,\n"
      "  -0.5e1, \"x\\\"y\", {} ],\r\n"
      "\"c\":null}";
  const ParsedJson parsed = parse_json(text, 0);
  REQUIRE(parsed.root);
  const JsonNode& root = *parsed.root;
  using P = std::pair<int, int>;
  CHECK(place_of(root) == P{1, 1});
  REQUIRE(root.members.size() == 3);
  CHECK(root.members[0].key == "ä€😀");
  CHECK(P{root.members[0].place.line, root.members[0].place.column} == P{1, 3});
  CHECK(place_of(root.members[0].value) == P{1, 10});
  CHECK(P{root.members[1].place.line, root.members[1].place.column} == P{1, 13});
  const JsonNode& list = root.members[1].value;
  CHECK(place_of(list) == P{1, 19});
  REQUIRE(list.items.size() == 4);
  CHECK(place_of(list.items[0]) == P{1, 20});
  CHECK(place_of(list.items[1]) == P{2, 3});
  CHECK(list.items[1].number == -5);
  CHECK(list.items[1].text == "-0.5e1");
  CHECK(place_of(list.items[2]) == P{2, 11});
  CHECK(list.items[2].text == "x\"y");
  CHECK(place_of(list.items[3]) == P{2, 19});
  CHECK(place_of(root.members[2].value) == P{3, 5});
  CHECK(root.members[2].value.is(Type::null));
}

TEST_CASE("syntax errors say what is wrong and where", "[scenario]") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {"[1 2]", "1:4 syntax error: a comma is missing before this\n"},
      {"{\"a\" 1}", "1:6 syntax error: a colon is missing after the key\n"},
      {"[1,]",
       "1:4 syntax error: there is a comma before this ], but nothing follows it: remove the "
       "comma\n"},
      {"{\"a\":1,}",
       "1:8 syntax error: there is a comma before this }, but nothing follows it: "
       "remove the comma\n"},
      {"{\"a\":}", "1:6 syntax error: a value is missing before this }\n"},
      {"[,1]", "1:2 syntax error: a value is missing before this comma\n"},
      {"[1}", "1:3 syntax error: this } can't close the [ of line 1, column 1\n"},
      {"[\n\"a",
       "2:3 syntax error: the file ends inside the text that begins at line 2, column 1\n"},
      {"{\"a\":[1,",
       "1:9 syntax error: the file ends here, but the [ of line 1, column 6 is still "
       "open\n"},
      {"1 2", "1:3 syntax error: the document ends before this: remove what follows\n"},
      {"{a:1}", "1:2 syntax error: keys stand in double quotation marks: \"a\"\n"},
      {"{1:2}", "1:2 syntax error: a key in double quotation marks is expected here\n"},
      {"['a']",
       "1:2 syntax error: texts and keys stand in double quotation marks (\"), not in single "
       "ones\n"},
      {"[1] // x",
       "1:5 syntax error: JSON knows no comments; put the words under a key "
       "\"comment\"\n"},
      {"[NaN]", "1:2 syntax error: NaN is not a number that JSON knows\n"},
      {"[-Infinity]", "1:2 syntax error: -Infinity is not a number that JSON knows\n"},
      {"[True]", "1:2 syntax error: write true and false in small letters\n"},
      {"[None]", "1:2 syntax error: \"None\" is not a JSON value; leave the key out\n"},
      {"[truefalse]", "1:2 syntax error: \"truefalse\" stands without quotation marks\n"},
      {"[06]", "1:2 syntax error: this is not a JSON number, such as 60, -0.5 or 1e6\n"},
      {"[1.2.3]", "1:2 syntax error: this is not a JSON number, such as 60, -0.5 or 1e6\n"},
      {"[+1]", "1:2 syntax error: this is not a JSON number, such as 60, -0.5 or 1e6\n"},
      {"[\"a\tb\"]",
       "1:4 syntax error: a control character stands in a text: write it as \\u0009\n"},
      {"[\"\\q\"]",
       "1:3 syntax error: a backslash before something that JSON doesn't escape: write "
       "\\\\ for a backslash\n"},
      {"[\"\\u12\"]",
       "1:3 syntax error: \\u needs four hexadecimal digits that make a character\n"},
      {"[\"\\ude00\"]",
       "1:3 syntax error: \\u needs four hexadecimal digits that make a "
       "character\n"},
      {"[\"\xC3\x28\"]", "1:3 syntax error: the byte 0xC3 is not UTF-8: save the file as UTF-8\n"},
      {"[\xFF]", "1:2 syntax error: no JSON value begins with this\n"},
  }));
  CAPTURE(text);
  CHECK(mistakes_of(text) == message);
  CHECK_FALSE(parse_json(text, 0).root);
}

TEST_CASE("a syntax error stands alone", "[scenario]") {
  CHECK(mistakes_of(R"({"a":1,"a":2,"b":1e400,])") ==
        "1:24 syntax error: a key in double quotation marks is expected here\n");
}

TEST_CASE("duplicate keys and endless numbers are collected", "[scenario]") {
  CHECK(mistakes_of(R"({"a":1,"b":[{"x":1,"x":2}],"a":3,"c":[1e400,-1e999],"a":4})") ==
        "1:20 /b/0/x duplicate key; it stands at line 1, column 14 already\n"
        "1:28 /a duplicate key; it stands at line 1, column 2 already\n"
        "1:39 /c/0 the number 1e400 is out of range: the greatest is about 1.8e308\n"
        "1:45 /c/1 the number -1e999 is out of range: the greatest is about 1.8e308\n"
        "1:53 /a duplicate key; it stands at line 1, column 2 already\n");
  const ParsedJson parsed = parse_json(R"(["1e400", 1e-400, 1e308])", 0);
  CHECK(parsed.mistakes.empty());
  REQUIRE(parsed.root);
  CHECK(parsed.root->items[1].number == 0);
}

TEST_CASE("whole numbers are exact, large ones are not taken for whole", "[scenario]") {
  const ParsedJson parsed = parse_json(
      "[9007199254740991, 5.0, 1e3, 2.5, 123456789012345678901234567890, -0, "
      "18446744073709551615, 9223372036854775807]",
      0);
  REQUIRE(parsed.root);
  const auto& items = parsed.root->items;
  CHECK((items[0].whole && items[0].integer == 9007199254740991));
  CHECK((items[1].whole && items[1].integer == 5));
  CHECK((items[2].whole && items[2].integer == 1000));
  CHECK_FALSE(items[3].whole);
  CHECK_FALSE(items[4].whole);
  CHECK((items[5].whole && items[5].integer == 0));
  CHECK_FALSE(items[6].whole);
  CHECK((items[7].whole && items[7].integer == INT64_MAX));
}

TEST_CASE("depth and number of values are limited", "[scenario]") {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  CHECK(parse_json(nested(64), 0).root);
  CHECK(mistakes_of(nested(65)) == "1:65 nested more deeply than 64 levels\n");
  CHECK(mistakes_of(std::string(16'000'000, '[')) == "1:65 nested more deeply than 64 levels\n");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  CHECK(mistakes_of(objects) == "1:321 nested more deeply than 64 levels\n");
  std::string many = "[0";
  for (int i = 0; i < 1'000'000; ++i) many += ",0";
  CHECK(mistakes_of(many + "]") == "1:2000002 more than 1000000 values\n");
}

TEST_CASE("documents are printed canonically", "[scenario]") {
  const ParsedJson parsed = parse_json(
      R"({"a":[1,2.50,1e-7,1e21,true,null,"q\"\\\n\u0001ä"],"b":{},"c":[],"long":{"x":"0123456789012345678901234567890123456789","y":"0123456789012345678901234567890123456789"}})",
      0);
  REQUIRE(parsed.root);
  CHECK(to_json(*parsed.root) ==
        "{\n"
        "  \"a\": [1, 2.5, 1e-07, 1e+21, true, null, \"q\\\"\\\\\\n\\u0001ä\"],\n"
        "  \"b\": {},\n"
        "  \"c\": [],\n"
        "  \"long\": {\n"
        "    \"x\": \"0123456789012345678901234567890123456789\",\n"
        "    \"y\": \"0123456789012345678901234567890123456789\"\n"
        "  }\n"
        "}\n");
}
