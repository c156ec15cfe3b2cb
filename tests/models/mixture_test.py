import collections
import hashlib
import random
import re
import unittest

from recipe import examples_of

from mixture import TASKS, draw_example, task_named


def checksum_of_documents(seed: int, count: int) -> str:
    rng = random.Random(seed)
    digest = hashlib.sha256()
    for _ in range(count):
        digest.update(draw_example(rng).text.encode() + b"\0")
    return digest.hexdigest()


class Mixture(unittest.TestCase):
    def test_writes_the_documents_that_the_shipped_models_were_trained_on(self):
        """The first documents of the first shard, as the original recipe wrote them."""
        self.assertEqual(
            checksum_of_documents(seed=100, count=20_000),
            "c129b6c7646e6540d0cb90e93e74fc4eaba9bfc548225c9aca1daa8bb4fc9c7d",
        )

    def test_same_seed_same_documents(self):
        self.assertEqual(checksum_of_documents(5, 500), checksum_of_documents(5, 500))
        self.assertNotEqual(checksum_of_documents(5, 500), checksum_of_documents(6, 500))

    def test_draws_tasks_by_their_weights(self):
        tasks = {task.write: task.name for task in TASKS}
        counts = collections.Counter()

        class Spy(random.Random):
            def choices(self, population, weights=None, **options):
                drawn = super().choices(population, weights, **options)
                counts[tasks[drawn[0].write]] += 1
                return drawn

        rng = Spy(1)
        n_documents = 20_000
        for _ in range(n_documents):
            draw_example(rng)
        total = sum(task.weight for task in TASKS)
        for task in TASKS:
            expected = n_documents * task.weight / total
            self.assertLess(abs(counts[task.name] - expected), 5 * expected**0.5, task.name)

    def test_task_names_are_unique_and_unknown_ones_are_refused_with_the_list(self):
        self.assertEqual(len({task.name for task in TASKS}), 24)
        with self.assertRaisesRegex(KeyError, "no task 'iou' in the mixture; there are ioi, fact,"):
            task_named("iou")


class EveryTask(unittest.TestCase):
    def test_a_document_is_printable_ascii_without_stray_spaces_at_its_ends(self):
        for task in TASKS:
            for example in examples_of(task.name):
                self.assertRegex(example.text, r"\A[!-~][ -~\n]*[!-~]\Z", task.name)

    def test_an_answer_begins_with_its_space_and_the_prompt_ends_before_it(self):
        """Except where the answer continues a word: the letters of an acronym, the end of a year."""
        for task in TASKS:
            for example in examples_of(task.name):
                if example.answer is None:
                    continue
                self.assertEqual(example.prompt, example.prompt.rstrip(), task.name)
                if task.name in ("acronym", "greater_than"):
                    self.assertRegex(example.answer, r"\A[A-Z]\Z|\A\d\d\Z")
                else:
                    self.assertRegex(example.answer, r"\A [A-Za-z0-9]+\Z", task.name)

    def test_the_answer_is_among_what_counts_as_right(self):
        for task in TASKS:
            for example in examples_of(task.name):
                if example.also_right:
                    self.assertIn(example.answer, example.also_right)

    def test_only_stories_and_foreign_sentences_ask_nothing(self):
        silent = {task.name for task in TASKS if any(example.answer is None for example in examples_of(task.name, 20))}
        self.assertEqual(silent, {"same_language", "story"})

    def test_articles_and_templates_leave_no_placeholder(self):
        for task in TASKS:
            for example in examples_of(task.name):
                self.assertIsNone(re.search(r"[{}]|None", example.text), task.name)


if __name__ == "__main__":
    unittest.main()
