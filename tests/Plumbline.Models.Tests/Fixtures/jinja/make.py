#!/usr/bin/env python3
"""Writes expected.json: what Jinja2, with the settings of transformers, makes of templates. Needs: pip install jinja2==3.1.6

Each case is [template, variables, text], where text is null if Jinja2 refuses; a template that begins with '@' is a file of templates/."""
import json, pathlib, random
import jinja2, jinja2.ext, jinja2.nodes, jinja2.sandbox

HERE = pathlib.Path(__file__).parent
TEMPLATES = sorted(path.stem for path in (HERE / "templates").glob("*.jinja"))


class Generation(jinja2.ext.Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


# optimized=False: constants are computed as variables are, errors included
ENVIRONMENT = jinja2.sandbox.ImmutableSandboxedEnvironment(optimized=False, trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"])
ENVIRONMENT.filters["tojson"] = tojson
ENVIRONMENT.globals["raise_exception"] = raise_exception


def render(template, variables):
    if template.startswith("@"):
        template = (HERE / "templates" / (template[1:] + ".jinja")).read_text()
    try:
        return ENVIRONMENT.from_string(template).render(**variables)
    except Exception:
        return None


VALUES = dict(a=3, b=-2.5, s="Hello World", u="héé😀x", l=[1, 2, 3], e=[], d={"x": 1, "y": {"z": [1, "two", None]}}, n=None, t=True, f=False, q="it's <b>\"x\"\n\t&",
              m=[{"role": "user", "content": " hi "}, {"role": "assistant", "content": "yo", "tool_calls": [{"function": {"name": "f", "arguments": {"q": 1.5}}}]}])


def words(random):
    pieces = ["hello", "  hi there ", "<|im_end|>", "a\n\nb", "é😀 ü", "", "\"q'\\", "{{ x }}", "<think>r</think>\n\nyes", "[INST] x", "tab\t", "</think>"]
    return " ".join(random.choice(pieces) for _ in range(random.randint(1, 3)))


TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "description": "Weather \"here\"\nor é", "parameters": {"type": "object", "properties": {
        "city": {"type": "string", "enum": ["a", "b"]}, "n": {"type": ["integer", "null"], "default": 1.5, "maximum": 18446744073709551615},
        "list": {"type": "array", "items": {"type": "number"}}}, "required": ["city"]}}},
    {"type": "function", "function": {"name": "noop", "description": "", "parameters": {"type": "object", "properties": {}}}},
]


def conversation(random):
    messages = [{"role": "system", "content": words(random)}] if random.random() < .5 else []
    for turn in range(turns := random.randint(1, 3)):
        messages.append({"role": "user", "content": words(random)})
        if random.random() < .35:
            calls = [{"id": "a12345678", "type": "function", "function": {"name": "get_weather", "arguments": {"city": words(random), "n": random.choice([1, 2.5, None, True])}}}
                     for _ in range(random.randint(1, 2))]
            messages.append({"role": "assistant", "content": "", "tool_calls": calls})
            messages.extend({"role": "tool", "name": "get_weather", "tool_call_id": "a12345678", "content": words(random)} for _ in calls)
        if turn < turns - 1 or random.random() < .4:
            messages.append({"role": "assistant", "content": words(random)} | ({"reasoning_content": words(random)} if random.random() < .4 else {}))
    variables = dict(messages=messages, add_generation_prompt=random.random() < .6, bos_token="<s>", eos_token="</s>", tools=TOOLS if random.random() < .4 else None,
                     documents=[{"title": "T", "text": words(random)}] if random.random() < .4 else None)
    return variables | ({"enable_thinking": random.random() < .5} if random.random() < .3 else {})


def expression(random, depth):
    if depth == 0 or random.random() < .15:
        return random.choice(["a", "b", "s", "u", "l", "e", "d", "n", "t", "f", "q", "zz", "1", "0", "2.5", "-1", "'ab'", "''", "[1, 'x']", "(1, 2)", "{'k': 1}", "none", "true"])
    sub = lambda: expression(random, depth - 1)
    return random.choice([
        lambda: f"{sub()} {random.choice('+ - * / // % ~ ~ + ** == != < <= > >= in and or'.split())} {sub()}",
        lambda: f"({sub()}) {random.choice(['+', '-', '*', '~', 'not in', 'and', 'or', '=='])} ({sub()})",
        lambda: f"not {sub()}",
        lambda: f"-{sub()}",
        lambda: f"{sub()} if {sub()} else {sub()}",
        lambda: f"{sub()} if {sub()}",
        lambda: f"({sub()})[{random.choice(['0', '-1', '1:', ':-1', '::-1', '::2', '-2:', sub()])}]",
        lambda: f"({sub()}){random.choice(['.x', '.y.z', '.strip()', '.upper()', '.split()', '.get(1, 2)', '.items()|list', '.title()', '.replace(s, q)', '.startswith((s, u))', '.find(u)', '.count(s[2])'])}",
        lambda: f"{sub()}|{random.choice(['length', 'upper', 'lower', 'title', 'capitalize', 'trim', 'first', 'last', 'list', 'string', 'int', 'float', 'abs', 'join', 'sort', 'unique|list', 'reverse|list', 'default(7)', 'default(7, true)', 'tojson', 'tojson(indent=2)', 'items|list', 'dictsort', 'sum', 'min', 'max', 'round', 'e', 'indent(2)', 'batch(2)|list', 'select|list', 'reject|list', 'wordcount'])}",
        lambda: f"{sub()} is {random.choice(['defined', 'undefined', 'none', 'string', 'number', 'integer', 'float', 'boolean', 'mapping', 'iterable', 'sequence', 'true', 'false', 'odd', 'even', 'lower', 'upper', 'not none', 'divisibleby 2', 'eq 1', 'in [1, 3]'])}",
        lambda: f"[{sub()}, {sub()}]",
        lambda: f"{{'k': {sub()}}}",
        lambda: f"range({sub()})|list",
    ])()


def spaces(random):
    pieces = ["\n", "  ", " \n", "a", "\t", "{% if true %}", "{%- if true %}", "{% if true -%}", "{%+ if true +%}", "{% endif %}", "{%- endif -%}", "{{ 'v' }}", "{{- 'v' -}}", "{# c #}",
              "{#- c -#}", "{# c +#}", "{%+ set x = 1 %}", "{% set x = 1 %}", "{% raw %} {{ {% endraw %}", "{%- raw -%}\n r \n{%- endraw -%}", "\r\n"]
    while True:
        template = "".join(random.choice(pieces) for _ in range(random.randint(2, 12)))
        if template.count("if true") == template.count("endif"):
            return template


def main():
    draw = random.Random(7)
    cases = []
    for line in (HERE / "expressions.txt").read_text().splitlines():
        cases.append(("{{ " + line + " }}", VALUES))
    for line in (HERE / "statements.txt").read_text().splitlines():
        cases.append((json.loads('"' + line.replace('"', '\\"') + '"'), VALUES))
    cases += [("{% set v = " + expression(draw, 3) + " %}{{ v }}", VALUES) for _ in range(1500)] # what is printed at once is computed when it is compiled, errors swallowed
    cases += [(spaces(draw), {}) for _ in range(300)]
    cases += [("@" + name, conversation(draw)) for name in TEMPLATES for _ in range(16)]
    seen, written = set(), []
    for template, variables in cases:
        text = render(template, variables)
        # Addresses in memory, and what a generator is called, say nothing.
        if text is not None and (" object at 0x" in text or "Undefined" in text or len(text) > 4000):
            continue
        key = (template, json.dumps(variables))
        if key not in seen:
            seen.add(key)
            written.append([template, 0 if variables is VALUES else variables, text])
    (HERE / "expected.json").write_text(json.dumps({"values": VALUES, "cases": written}, ensure_ascii=False, indent=None, separators=(",", ":")).replace('],["', '],\n["') + "\n")
    print(len(written), "cases,", sum(text is not None for *_, text in written), "of them write")


main()
