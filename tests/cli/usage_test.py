"""Options are strict, mistakes end with code 3 and a word that helps, and nothing is written."""
import json
import unittest

from program import CommandLineTest, small_scenario


class Usage(CommandLineTest):
    def refused(self, *arguments, says):
        self.write("small.json", small_scenario())
        before = self.files()
        out, err = self.run_program(*arguments, code=3)
        self.assertEqual(out, "")
        self.assertIn(says, err)
        self.assertEqual(self.files(), before)

    def test_no_command(self):
        self.refused(says="which command")

    def test_unknown_command_with_a_guess(self):
        self.refused("vaildate", "small.json", says='did you mean "validate"')

    def test_unknown_option_with_a_guess(self):
        self.refused("run", "small.json", "--sede", "1", says='did you mean "--seed"')
        self.refused("run", "small.json", "--formt=json", says='did you mean "--format"')

    def test_abbreviations_are_not_guessed(self):
        self.refused("run", "small.json", "--forc", says="unknown option")
        self.refused("run", "small.json", "--se", "1", says="unknown option")

    def test_numbers_are_numbers(self):
        for j in ("-1", "0", "two", "1.5", "4294967297", ""):
            self.refused("run", "small.json", f"--jobs={j}", says="")
        self.refused("run", "small.json", "-j", "-1", says="")
        self.refused("run", "small.json", "-j-1", says="-j takes a whole number")
        self.refused("run", "small.json", "--seed", "1e3", says="--seed takes a whole number")
        self.refused("run", "small.json", "--seed=-1", says="--seed takes a whole number")
        self.refused("run", "small.json", "--seed", str(2**53), says="9007199254740991")
        self.refused("run", "small.json", "--runs", "0", says="--runs takes")
        self.refused("run", "small.json", "--seed", str(2**53 - 1), "--runs", "2", says="seed")

    def test_words_are_words(self):
        self.refused("run", "small.json", "--engine", "fast", says="drained or stepped")
        self.refused("run", "small.json", "--network", "closed", says="closed-form or simgrid")
        self.refused("run", "small.json", "--format", "yaml", says="text, json or csv")

    def test_an_option_needs_its_value_and_comes_once(self):
        self.refused("run", "small.json", "--seed", says="seed")
        self.refused("run", "small.json", "--out", "--quiet", says="out")
        self.refused("run", "small.json", "--seed", "1", "--seed", "2", says="seed")

    def test_options_of_another_command(self):
        self.refused("validate", "small.json", "--seed", "1", says="unknown option")
        self.refused("schema", "--force", says="unknown option")
        self.refused("schema", "small.json", says="does not take")

    def test_scenarios_that_cannot_be_read(self):
        self.refused("run", says="one scenario file or more")
        self.refused("run", "missing.json", says="missing.json")
        self.refused("run", ".", says=".: ")
        (self.folder / "folder").mkdir()
        self.refused("validate", "folder", says="folder")

    def test_the_same_scenario_twice(self):
        self.refused("run", "small.json", "./small.json", says="given twice")
        self.write("other.json", small_scenario())
        self.refused("run", "small.json", "other.json", says="share a folder")

    def test_all_mistakes_of_all_files_come_at_once(self):
        self.write("bad.json", small_scenario(duration_s=-1, warmup="x"))
        self.write("broken.json", "{")
        before = self.files()
        out, err = self.run_program("run", "small.json", "bad.json", "broken.json", code=3)
        self.assertEqual(out, "")
        for part in ("bad.json:", "/duration_s", "/warmup", "broken.json:1:"):
            self.assertIn(part, err)
        self.assertEqual(self.files(), before)

    def test_set(self):
        self.write("small.json", small_scenario())
        self.run_program("validate", "small.json", "--set", "/seed=7",
                         "--set", "/architectures/mysql/options/semi_sync=after_sync")
        self.refused("run", "small.json", "--set", "/sede=7", says='did you mean "seed"')
        self.refused("run", "small.json", "--set", "seed=7", says="seed=7")
        self.refused("run", "small.json", "--set", "/seed", says="/seed")
        self.refused("run", "small.json", "--set", "/architectures/oracle/name=x", says="oracle")

    def test_variants(self):
        """Each is what --resolved prints of it alone; one that is wrong stops all."""
        self.write("small.json", small_scenario())
        variants = [["/duration_s=3", "/name=a\nb"], [], ["/architectures/mysql/options/semi_sync=after_sync"]]
        self.write("variants", "".join(json.dumps(v) + "\n" for v in variants))
        self.refused("validate", "small.json", "--variants", "variants", says="/name")
        variants[0].pop()
        self.write("variants", "".join(json.dumps(v) + "\n" for v in variants))
        out, _ = self.run_program("validate", "small.json", "--variants", "variants", "--set", "/seed=7")
        alone = [self.run_program("validate", "small.json", "--resolved", "--set", "/seed=7", *(
            part for text in variant for part in ("--set", text)))[0] for variant in variants]
        self.assertEqual([json.loads(line) for line in out.splitlines()], alone)
        self.write("variants", json.dumps(["/sede=7"]) + "\n" + json.dumps(["/sede=7", "/seeed=7"]))
        _, err = self.run_program("validate", "small.json", "--variants", "variants", code=3)
        self.assertEqual((err.count("/sede: "), err.count("/seeed: ")), (1, 1), err)
        for text in ("[", "{}", "[1]", "[]\n\n"):
            self.write("variants", text)
            self.refused("validate", "small.json", "--variants", "variants", says="must be a JSON list")
        self.refused("validate", "small.json", "--variants", "none", says="none: can't be opened")
        self.refused("validate", "none.json", "--variants", "variants", says="none.json: can't be opened")
        self.refused("validate", "small.json", "a.json", "--variants", "variants", says="one scenario file")

    def test_help_and_version(self):
        out, _ = self.run_program("--help")
        for command in ("run", "validate", "models", "schema"):
            self.assertIn(f"writepath {command}", out)
        self.assertEqual(self.run_program("help", "run"), self.run_program("run", "--help"))
        out, _ = self.run_program("--version")
        self.assertRegex(out, r"^writepath \d+\.\d+\.\d+ \(.*, SimGrid \d")

    def test_models(self):
        out, _ = self.run_program("models")
        self.assertIn("mysql_binlog", out)
        self.assertIn("aurora_quorum", out)
        out, _ = self.run_program("models", "mysql_binlog")
        self.assertTrue(out.startswith("# "), out[:60])
        self.assertRegex(out, r"semi_sync: off \| after_sync \| after_commit; default")
        self.refused("models", "mysql_binlgo", says='did you mean "mysql_binlog"')


if __name__ == "__main__":
    unittest.main()
