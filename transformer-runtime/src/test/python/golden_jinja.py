"""Writes jinja/goldens.json: what jinja2, as transformers sets it up, makes of small templates and odd contents.

Run: python golden_jinja.py (with transformers and jinja2 installed).
"""

import copy
import json
from pathlib import Path

from chat_jinja import render

OUT = Path(__file__).resolve().parent.parent / "resources/dev/panda/transformer/jinja/goldens.json"

CONTENTS = [
    "", "a", "False", "1", "None", "Hello, World!", " \t spaced\u00a0\u3000\u2028\x85 \n",
    "".join(map(chr, range(1, 32))) + "\x7f", "na\u00efve \u00dfe\u0301 \u01c6 \ufb01ne \u0130I\u0131 \u039f\u0394\u039f\u03a3 x",
    "\U0001f642 \U0001d4d0b\u00e9\U0001f642", "one\r\ntwo\rthree\n\nfive\x0bsix\x1cseven", "it's \"so\" \\ <b>&amp;</b>",
    "{{ 7 * 7 }}{% if x %}{# c #}", "<think>\nhm\n</think>\n\nanswer", "a,b,,c", "-3.50", "%s %d {} {0}",
]

VARIABLES = {
    "n": 3, "f": 2.5, "yes": True, "no": False, "nothing": None, "empty": [], "items": [3, 1, 2],
    "words": ["b", "A", "c", "a"], "d": {"b": 1, "A": [1, "x"], "c": None},
    "table": [{"name": "x", "n": 2}, {"name": "Y", "n": 1, "sub": {"k": [5, 6]}}, {"name": "x", "n": 3}],
    "tree": [{"v": "a", "kids": [{"v": "b", "kids": []}, {"v": "c", "kids": [{"v": "d", "kids": []}]}]}],
    "add_generation_prompt": True, "tools": None, "documents": None, "bos_token": "<s>",
}

# Each line is a template. Those that read content or messages are rendered with every content.
TEMPLATES = r"""
{{ content }}
{{ messages[0].content }}|{{ messages[-1]['role'] }}|{{ messages[0]['content'][0] }}
{% for m in messages %}{% if m.content %}{{ m.content }}{% endif %}{% endfor %}
{% for m in messages %}{% if loop.first %}{% set y = m.role %}{% endif %}[{{ y }}]{% endfor %}
{{ content == 1 }}{{ content == '1' }}{{ content == false }}{{ content == 'False' }}{{ content != none }}
{{ content is string }}{{ content is number }}{{ content is iterable }}{{ content is mapping }}{{ content is sequence }}
{{ content | trim }}|{{ content.strip() }}|{{ content.lstrip() }}|{{ content.rstrip() }}
{{ content | trim('a\n') }}|{{ content.strip('Ha!') }}|{{ content.lstrip('<n ') }}|{{ content.rstrip(none) }}
{{ content | length }}|{{ content | count }}|{{ content[-2:] }}|{{ content[:3] }}|{{ content[1:-1] }}
{{ content[::-1] }}|{{ content[::2] }}|{{ content[5:1:-1] }}|{{ content[-100:100] }}|{{ content | reverse }}
{{ content[0] }}|{{ content[-1] }}|{{ content[100] }}|{{ content['x'] }}
{{ content | upper }}|{{ content | lower }}|{{ content | title }}|{{ content | capitalize }}
{{ content.upper() }}|{{ content.lower() }}|{{ content.title() }}|{{ content.capitalize() }}|{{ content.swapcase() }}
{{ content | replace('a', 'bb') }}|{{ content | replace('a', 'b', 1) }}|{{ content.replace('', '-') }}|{{ content.replace('l', '', 2) }}
{{ content.replace('', '-', 3) }}|{{ content | replace('e', content) }}|{{ 'xax' | replace('a', content) }}
{{ content.split() }}|{{ content.split(',') }}|{{ content.split(' ', 1) }}|{{ content.split(none, 1) }}|{{ content.split(maxsplit=2) }}
{{ content.rsplit() }}|{{ content.rsplit(',') }}|{{ content.rsplit(' ', 1) }}|{{ content.rsplit(none, 1) }}
{{ content.splitlines() }}|{{ content.splitlines(true) }}|{{ content.partition('\n') }}|{{ content.rpartition(' ') }}
{{ content.split('</think>')[-1].lstrip('\n') }}|{{ content.split('<think>')[-1] }}
{{ content.startswith('H') }}{{ content.endswith('!') }}{{ content.startswith(('a', 'F')) }}{{ content.startswith('e', 1) }}
{{ content.startswith('lo', 3, 5) }}{{ content.endswith('o', 0, 5) }}{{ content.startswith('') }}{{ content.startswith('', 100) }}
{{ content.find('l') }}|{{ content.find('l', 4) }}|{{ content.rfind('o') }}|{{ content.find('zz') }}|{{ content.find('', 2) }}|{{ content.find('o', -4, -1) }}
{{ content.count('l') }}|{{ content.count('') }}|{{ content.count('o', 5) }}
{{ content.index('a') }}
{{ content.removeprefix('Hel') }}|{{ content.removesuffix('!') }}
{{ content.isdigit() }}{{ content.isalpha() }}{{ content.isspace() }}{{ content.isupper() }}{{ content.islower() }}{{ content.isalnum() }}{{ content.isascii() }}
{{ content is upper }}{{ content is lower }}
{{ content.center(20, '*') }}|{{ content.ljust(8) }}|{{ content.rjust(8, '.') }}|{{ content.zfill(7) }}|{{ content | center(9) }}
{{ content | tojson }}|{{ [content, {content: content}] | tojson(indent=2) }}
{{ content | tojson(ensure_ascii=true) }}|{{ {'b': content, 'a': 1} | tojson(sort_keys=true, separators=(',', ':')) }}
{{ [content] }}|{{ (content,) }}|{{ {content: content} }}|{{ [content] | string }}
{{ '%s' % content }}|{{ '%r' % content }}|{{ '%-9s|%9s|%.2s' % (content, content, content) }}|{{ '%(a)s' % {'a': content} }}
{{ '{}|{!r}|{:>9}|{:.2}|{:*^9}'.format(content, content, content, content, content) }}|{{ '{a}{0}'.format(1, a=content) }}
{{ '%s and %s' | format(content, n) }}|{{ '%(x)s' | format(x=content) }}
{{ content.format() }}
{{ content % () }}
{{ content ~ 1 ~ none ~ true ~ content }}|{{ content + '!' }}|{{ content * 3 }}|{{ 2 * content }}|{{ content * -1 }}
{{ content < 'b' }}{{ content <= content }}{{ 'a' < content < 'z' }}{{ content in 'abc' }}{{ 'a' in content }}{{ content in [content] }}
{{ content or 'nothing' }}|{{ content and 'something' }}|{{ not content }}|{{ 'x' if content }}|{{ 'x' if content else 'y' }}
{{ content | default('x') }}|{{ content | default('x', true) }}|{{ content | d('x', boolean=true) }}
{{ content | int }}|{{ content | int(7) }}|{{ content | float }}|{{ content | int(base=16) }}|{{ content | float(1.5) }}
{{ content | list }}|{{ content | first }}|{{ content | last }}|{{ content | join('-') }}
{% for c in content %}{{ loop.index }}{{ c }}{% endfor %}
{{ content | indent }}|{{ content | indent(2, true) }}|{{ content | indent(width='>> ', blank=true) }}|{{ content | indent(first=true) }}
{{ content | escape }}|{{ content | e | length }}|{{ (content | safe) + '<x>' }}|{{ '<x>' + content | e }}|{{ content | safe ~ '<' }}
{{ content | forceescape }}|{{ content | e | e }}|{{ content | e | forceescape }}|{{ (content | e).upper() }}|{{ content | safe | replace('<', '[') }}
{{ content | truncate(8) }}|{{ content | truncate(6, true, '~', 0) }}|{{ content | truncate(5, leeway=0, end='') }}
{{ content | string | length }}|{{ content | unique | join }}|{{ content | batch(3) | list }}|{{ content | slice(3) | list }}
{{ content | sort | join }}|{{ content | min }}|{{ content | max }}|{{ content | sort(reverse=true, case_sensitive=true) | join }}
{{ content | map('upper') | join }}|{{ content | select('in', 'abc') | join }}|{{ content | reject('eq', 'l') | join }}
{% set x %}<{{ content }}>{% endset %}{{ x }}{{ x | length }}
{% set x | upper | trim %} {{ content }} {% endset %}{{ x }}
{% filter upper %}{{ content }}!{% endfilter %}{% filter replace('a', 'b') | trim %} {{ content }} {% endfilter %}
{% with a = content, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a is defined }}
{% macro m(x, y='d') %}[{{ x }}{{ y }}]{% endmacro %}{{ m(content) }}{{ m(content, y=1) }}{{ m() }}{{ m(content) | length }}
{% macro m() %}<{{ caller(content) }}>{% endmacro %}{% call(c) m() %}{{ c }}!{% endcall %}
{% generation %}{{ content }}{% endgeneration %}
{% set ns = namespace(t='') %}{% for m in messages %}{% set ns.t = ns.t + m.content %}{% endfor %}{{ ns.t }}
{{ messages | map(attribute='content') | join('|') }}|{{ messages | selectattr('role', 'equalto', 'user') | list | length }}
{{ messages | rejectattr('role', 'equalto', 'user') | map(attribute='content') | list }}|{{ messages | groupby('role') }}
{{ messages | tojson }}|{{ messages[0] }}|{{ messages[0].items() }}
{{ messages | last }}|{{ (messages | first).content }}|{{ messages[1:] | length }}|{{ messages[:-1][0].content }}
{{ messages | sort(attribute='content') | map(attribute='content') | join('|') }}|{{ messages | join(',', attribute='role') }}
{% for m in messages if m.role == 'user' %}{{ loop.index }}/{{ loop.length }}{{ m.content }}{% else %}none{% endfor %}
{% for m in messages %}{{ loop.previtem.role }}<{{ m.role }}>{{ loop.nextitem.role if loop.nextitem is defined }}{{ loop.changed(m.role) }}{% endfor %}
{% if messages[0].content is defined and messages[0]['x'] is not defined %}{{ messages[0].get('content') }}{{ messages[0].get('x', content) }}{% endif %}
{{ content.x }}|{{ content.x is defined }}
{{ content.append(1) }}
{{ content.strip(1) }}
{{ content + 1 }}
{{ content - 'a' }}
{{ content < 1 }}
{{ 1 in content }}
{{ content() }}
{{ content.replace('a') }}
{{ content.replace('a', 'b', count=1) }}
{{ content | replace('a') }}
{{ content | trim(chars='a', x=1) }}
{{ content | upper(1) }}
{{ content | tojson(foo=1) }}
{{ content is divisibleby 2 }}
{{ raise_exception(content) }}

{{ true }}{{ false }}{{ none }}{{ True }}{{ False }}{{ None }}{{ yes }}{{ nothing }}
{{ 1 }} {{ -1 }} {{ +1 }} {{ 1.0 }} {{ 1.5e3 }} {{ 1e100 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1_000 }} {{ 1e16 }} {{ 1e-5 }} {{ 0.1 }} {{ 123456789.123 }} {{ 2e-3 }} {{ 1e22 }} {{ 5e-324 }}
{{ 1 + 2 }} {{ 5 - 7 }} {{ 2 * 3 }} {{ 7 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 4 / 2 }} {{ 0.1 + 0.2 }} {{ 1 / 3 }}
{{ 2 ** 3 ** 2 }} {{ -2 ** 2 }} {{ 2 + 3 * 4 - 1 }} {{ (2 + 3) * 4 }} {{ 10 - 3 - 2 }} {{ 100 // 7 // 2 }} {{ 2 * 3 % 4 }} {{ -3 | abs }} {{ 1 ~ 2 + 3 }} {{ 1 + 2 ~ 3 }}
{{ true + 1 }} {{ true == 1 }} {{ 1 == 1.0 }} {{ '1' == 1 }} {{ 0 == false }} {{ none == false }} {{ [] == () }} {{ [1, 2] == [1.0, 2] }} {{ {'a': 1} == {'a': 1.0} }} {{ (1, 2) < (1, 3) }} {{ [1] < [1, 0] }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 1 < 2 != 3 }} {{ 1 == 1 == 1 }} {{ 1 in [1] == true }} {{ not 1 == 2 }} {{ 2 > 1 >= 1 }} {{ 'a' 'b' }} {{ not not 1 }}
{{ 1 and 2 }} {{ 0 and 2 }} {{ 0 or '' }} {{ '' or 'x' or 1 }} {{ none or [] }} {{ 1 and 0 or 3 }} {{ not 0 and 1 }} {{ [] and x.y }} {{ 1 or x.y }}
{{ 'a' if yes }}|{{ 'a' if no }}|{{ 'a' if no else 'b' if no else 'c' }}|{{ ('a' if no) is defined }}|{{ 1 if 0 if 1 else 2 else 3 }}
{{ [1, 'a', none, true, 1.5, [2], (3,), {}, ()] }} {{ [] }} {{ {} }} {{ (1, 2) }} {{ {'a': 1, 2: 'b', none: [], (1, 2): 3} }} {{ 1, 2 }}
{{ {1: 'a', true: 'b', 1.0: 'c'} }} {{ {'a': 1, 'a': 2} }} {{ {1: 2}[true] }} {{ {1: 2}[1.0] }} {{ d['zz'] is defined }}
{{ [3, 1] + [2] }} {{ (1,) + (2,) }} {{ [0] * 3 }} {{ [1, 2] * 0 }} {{ (1, 2) * 2 }} {{ [1, 2, 3][1:] }} {{ [1, 2, 3][::-1] }} {{ (1, 2, 3)[:2] }} {{ [1, 2, 3][-1] }} {{ [1, 2][5] }}
{{ range(5) }} {{ range(1, 9, 3) | list }} {{ range(5)[1:3] }} {{ range(3)[-1] }} {{ range(0) | length }} {{ range(5, 0, -2) | list }} {{ 3 in range(5) }} {{ range(3) == range(0, 3) }} {{ range(10)[::3] }}
{{ range(100001) }}
{{ range(1, 2, 0) }}
{{ range('a') }}
{{ d }} {{ d.b }} {{ d['A'][1] }} {{ d.c }} {{ d.x }} {{ d | length }} {{ d | list }} {{ d.keys() }} {{ d.values() | list }} {{ d.items() | list }} {{ d.get('x') }} {{ d.get('b', 5) }} {{ 'b' in d }} {{ d.A.0 }}
{{ d | dictsort }} {{ d | dictsort(true) }} {{ d | dictsort(reverse=true) }} {{ {'a': 2, 'b': 1} | dictsort(by='value') }} {{ {'a': 2, 'b': 1} | dictsort(false, 'value') }}
{{ d | dictsort(by='x') }}
{{ d | items | list }} {{ nope | items | list }} {{ d | first }} {{ d | last }} {{ d | tojson }} {{ d | tojson(indent=4) }} {{ [] | tojson(indent=1) }} {{ {} | tojson(indent=1) }}
{{ [1, none, true, 1.5, 'x', (1,), {1: 2, none: 3, true: 4, 1.5: 5}] | tojson }} {{ [[1, [2]]] | tojson(indent=1) }} {{ [1, 2] | tojson(separators=(' ; ', ' = ')) }} {{ {'b': 1} | tojson(indent='--') }}
{{ nope | tojson }}
{{ range(2) | tojson }}
{{ (n for n in items) }}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}{% for k in d %}{{ k }}{% endfor %}{% for k, v in d | dictsort %}{{ k }}{% endfor %}{% for a, (b, c) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}
{% for a, b in [(1, 2, 3)] %}{% endfor %}
{% for a, b in [1] %}{% endfor %}
{% for x in 5 %}{% endfor %}
{% for x in none %}{% endfor %}
{% for x in nope %}a{% else %}b{% endfor %}{% for x in [] %}a{% else %}b{% endfor %}{% for x in [1] %}a{% else %}b{% endfor %}
{% for x in items %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}
{% for x in items %}{{ loop.cycle('a', 'b') }}{{ loop.previtem }}{{ loop.nextitem }}{{ loop }}{{ loop.x is defined }}{% endfor %}{{ loop is defined }}
{% for x in items %}{% for y in words %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}
{% for x in items %}{% set outer = loop %}{% for y in words %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}
{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }}{% endfor %}{% for x in items | map('string') %}{{ loop.length }}{{ loop.last }}{{ x }}{% endfor %}
{% for t in tree recursive %}{{ loop.depth }}{{ t.v }}{% if t.kids %}({{ loop(t.kids) }}){% endif %}{% endfor %}
{% for t in tree %}{{ loop(t.kids) }}{% endfor %}
{% for x in range(9) %}{% if x == 2 %}{% continue %}{% endif %}{% if x > 4 %}{% break %}{% endif %}{{ x }}{% else %}never{% endfor %}
{% for x in items if x > 1 %}{{ x }}{{ loop.index }}{{ loop.last }}{% endfor %}{% set ns = namespace(ok=true) %}{% for x in items if ns.ok %}{{ x }}{% set ns.ok = false %}{% endfor %}
{% for x in items %}{% set y = x %}{% endfor %}{{ y is defined }}{% set y = 1 %}{% for x in items %}{{ y }}{% set y = x %}{{ y }}{% endfor %}{{ y }}
{% if yes %}{% set z = 1 %}{% endif %}{{ z }}{% if no %}{% set q = 1 %}{% endif %}{{ q is defined }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set a, b = b, a %}{{ a }}{{ b }}{% set (c, d2) = [3, 4] %}{{ c }}{{ d2 }}{% set t = 1, 2 %}{{ t }}{% set u = (1) %}{{ u }}
{% set ns = namespace(a=1, b=items | length - 1) %}{% set ns.a = ns.a + 1 %}{{ ns.a }}{{ ns.b }}{{ ns.x is defined }}{{ ns['a'] }}{{ ns }}{% set ns.c %}x{% endset %}{{ ns.c }}
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}{% set ns.a, ns.b = 5, 6 %}{{ ns.a }}{{ ns.b }}{% set ns = namespace() %}{{ ns }}
{% set ns = namespace(_a=1) %}
{% set d.x = 1 %}
{% set nope.x = 1 %}
{{ nope }}|{{ nope is defined }}|{{ nope | default('x') }}|{{ nope | length }}|{{ nope ~ 'a' }}|{{ nope == nope2 }}|{{ not nope }}|{{ [nope] }}|{{ nope | list }}|{{ nope in [nope] }}|{{ 'a' in nope }}
{{ nope is string }}{{ nope is iterable }}{{ nope is sequence }}{{ nope is mapping }}{{ nope is none }}{{ nope is callable }}{{ nope | string }}{{ nope | trim }}{{ nope | upper }}{{ nope | join }}{{ nope | first is defined }}
{{ nope.x }}
{{ nope[0] }}
{{ nope() }}
{{ nope + 1 }}
{{ nope < 1 }}
{{ nope | int }}
{{ nope | abs }}
{{ -nope }}
{{ nope.x is defined }}
{{ d.x.y }}
{{ d.x.y is defined }}
{{ strftime_now is defined }}{{ raise_exception is defined }}{{ range is defined }}{{ namespace is defined }}{{ range is callable }}{{ dict is callable }}{{ tools is none }}{{ documents is none }}{{ messages is defined }}
{{ strftime_now('%d %b %Y') }}|{{ strftime_now('%Y-%m-%d %H:%M:%S') }}|{{ strftime_now('%A %B %a %p %I %j %y %% %F %T %D %R %-d %-m %e %U %W %V %G %g %u %w %C %h %n %t %k %l %r %c %x %X %f') }}
{{ strftime_now('%^a %#B %_d %05d %Q %-H %-I %P %z%Z|%10A|%_5Y') }}
{{ strftime_now() }}
{{ strftime_now(1) }}
{{ dict(a=1) }} {{ dict([('a', 1), ('b', 2)], c=3) }} {{ dict(d, z=1) }} {{ dict() }}
{{ dict(1) }}
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.reset() }}{{ c.next() }}{% set j = joiner('|') %}{{ j() }}a{{ j() }}b{{ j() }}
{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}|{{ m(1, 3) }}|{{ m(1, c=5) }}|{{ m() }}|{{ m(b=1, a=2) }}|{{ m }}
{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, 3, x=4) }}{{ m(*[1, 2], **{'y': 3}) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=1) }}
{% macro f(n) %}{% if n %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}
{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ v }}{% endmacro %}{% set v = 7 %}{{ f() }}{% set v = 8 %}{{ f() }}
{% macro m() %}{% set q = 1 %}{{ q }}{% endmacro %}{{ m() }}{{ q is defined }}{% macro m(x) %}{{ x or 'none' }}{% endmacro %}{{ m() }}{{ m(0) }}
{% macro box(t) %}[{{ t }}:{{ caller() if caller }}]{% endmacro %}{{ box(1) }}{% call box(2) %}in{{ n }}{% endcall %}{% call box(t=3) %}{% call box(4) %}x{% endcall %}{% endcall %}
{% macro list_it(xs) %}{% for x in xs %}{{ caller(x, loop.index) }}{% endfor %}{% endmacro %}{% call(a, b=0) list_it(words) %}{{ b }}{{ a }} {% endcall %}
{% with %}{% set a = 1 %}{{ a }}{% endwith %}{{ a is defined }}{% with a = 1 %}{% with a = 2, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}{% endwith %}
{% for x in [1] %}{% with %}{% set k = 1 %}{% endwith %}{{ k is defined }}{% set x2 %}{% set k = 2 %}{% endset %}{{ k is defined }}{% generation %}{% set k = 3 %}{% endgeneration %}{{ k is defined }}{% endfor %}
{{ items | first }}{{ items | last }}{{ items | length }}{{ items | sum }}{{ items | min }}{{ items | max }}{{ items | sort }}{{ items | sort(reverse=true) }}{{ items | join }}{{ items | join(', ') }}{{ items | reverse | list }}
{{ empty | first is defined }}{{ empty | min }}{{ empty | max is defined }}{{ empty | sum }}{{ empty | join }}{{ empty | last }}{{ empty | list }}{{ empty | map('upper') | list }}
{{ words | sort }}{{ words | sort(case_sensitive=true) }}{{ words | unique | list }}{{ words | unique(true) | list }}{{ words | min }}{{ words | max(case_sensitive=true) }}{{ words | map('upper') | list }}{{ words | map('replace', 'a', 'z') | list }}
{{ table | map(attribute='name') | list }}{{ table | map(attribute='sub.k.1', default='-') | list }}{{ table | map(attribute='zz') | list }}{{ table | sum(attribute='n') }}{{ table | sum('n', 10) }}{{ table | join('+', 'name') }}
{{ table | selectattr('sub') | list | length }}{{ table | selectattr('n', 'gt', 1) | map(attribute='n') | list }}{{ table | rejectattr('sub', 'defined') | list | length }}{{ table | selectattr('name', 'in', ['x']) | list | length }}{{ table | selectattr('sub.k') | list | length }}
{{ table | sort(attribute='n') | map(attribute='n') | list }}{{ table | sort(attribute='name,n') | map(attribute='n') | list }}{{ table | sort(reverse=true, attribute='name') | map(attribute='n') | list }}{{ table | min(attribute='n') }}{{ table | max(attribute='n') }}
{{ table | groupby('name') | list | length }}{% for g in table | groupby('name') %}{{ g.grouper }}{{ g.list | length }}{{ g[0] }}{% endfor %}{% for k, v in table | groupby('n') %}{{ k }}{{ v | map(attribute='name') | list }}{% endfor %}{{ words | groupby(0) }}{{ table | groupby('sub', default='q') | length }}
{{ table | unique(attribute='name') | list | length }}{{ items | select | list }}{{ [0, 1, 2] | select('odd') | list }}{{ [0, 1, ''] | reject | list }}{{ items | select('>', 1) | list }}{{ items | map('string') | list }}{{ ['1', 2] | map('int') | sum }}
{{ items | batch(2) | list }}{{ items | batch(2, 'x') | list }}{{ items | slice(2) | list }}{{ items | slice(2, 'x') | list }}{{ range(7) | slice(3) | list }}{{ range(7) | batch(3, 0) | list }}
{{ items | map('nope') | list }}
{{ items | map(attribute='a', x=1) | list }}
{{ items | selectattr | list }}
{{ items | select('nope') | list }}
{{ items | sort(x=1) }}
{{ [1, 'a'] | sort }}
{{ [1, none] | sum }}
{{ ['a'] | sum }}
{{ items | first(1) }}
{{ 5 | length }}
{{ none | length }}
{{ 5 | first }}
{{ none | join }}
{{ items | map('upper') | length }}
{{ items | map('upper') | last }}
{{ (items | map('abs'))[0] }}
{% set g = items | map('abs') %}{{ g | list }}{{ g | list }}{{ g is iterable }}{{ g is sequence }}{% if g %}t{% endif %}
{% if nothing | unique %}a{% endif %}{{ (5 | map('upper')) is iterable }}{% set x = 5 | batch(2) %}{{ items | truncate(9) }}{{ d | truncate(3, leeway=1) }}
{% filter length %}abc{% endfilter %}
{{ items | truncate(3, leeway=0, end='') }}{{ words | truncate(3, leeway=0, end='') }}
{{ (1, 2).copy() }}
{{ 3.7 | int }} {{ -3.7 | int }} {{ '3.7' | int }} {{ ' 42 ' | int }} {{ '4_2' | int }} {{ 'x' | int }} {{ 'x' | int(-1) }} {{ none | int }} {{ true | int }} {{ 'ff' | int(base=16) }} {{ '0x1f' | int(base=16) }} {{ '0b11' | int(base=0) }} {{ '1e3' | int }} {{ [] | int }}
{{ '1.5' | float }} {{ 'x' | float }} {{ 3 | float }} {{ 'inf' | float }} {{ '-inf' | float }} {{ 'nan' | float }} {{ none | float(2) }} {{ '1_0.5' | float }} {{ '.5' | float }} {{ '5.' | float }} {{ ' 7 ' | float }} {{ 'infinity' | int }}
{{ 42.55 | round }} {{ 42.55 | round(1) }} {{ 2.5 | round }} {{ 3.5 | round }} {{ 42 | round }} {{ 42.55 | round(1, 'floor') }} {{ 42.55 | round(1, 'ceil') }} {{ 45 | round(-1) }} {{ 55 | round(-1) }} {{ 1234.5 | round(-2) }} {{ -2.5 | round }} {{ 2.675 | round(2) }} {{ 7 | round(0, 'ceil') }} {{ -0.4 | round }}
{{ 5 | round(method='x') }}
{{ 5 | abs }} {{ -5.5 | abs }} {{ true | abs }}
{{ 'x' | abs }}
{{ 1 / 0 }}
{{ 1 // 0 }}
{{ 1 % 0 }}
{{ 0 ** -1 }}
{{ 'a' / 2 }}
{{ [1] - [1] }}
{{ none + 1 }}
{{ 1 < 'a' }}
{{ none < 1 }}
{{ {} < {} }}
{{ [] + () }}
{{ {[]: 1} }}
{{ 5.x }}
{{ 5() }}
{{ 'a'() }}
{{ '%d %i %u %5d|%-5d|%05d|%+d|% d|%x|%X|%o|%#x' % (1, 2, 3, 4, 5, 6, 7, 8, 255, 255, 8, 255) }}
{{ '%f|%.2f|%8.3f|%-8.1f|%08.2f|%+.1f|%e|%.3E|%g|%.3g|%g|%g|%G' % (1.5, 2.345, 3.14159, 2.5, -3.14159, 1, 12345.678, 0.00012, 0.0001, 1234567, 1e20, 100000, 1e-10) }}
{{ '%s %s %s %r' % (none, true, [1, 'a'], 'q') }} {{ '%d%%' % 50 }} {{ '%s' % 5 }} {{ '%s' % [1] }} {{ '%d' % 3.99 }} {{ '%d' % true }} {{ '%5s|%-5s|' % ('é', '🙂') }}
{{ '%d' % 'a' }}
{{ '%s %s' % 1 }}
{{ '%s' % (1, 2) }}
{{ '%y' % 1 }}
{{ '{} {}'.format(1, 'a') }} {{ '{1}{0}'.format(1, 2) }} {{ '{a.b} {a[b]} {c[0]}'.format(a={'b': 5}, c=[7]) }} {{ '{{}}'.format() }} {{ '{:d}|{:5}|{:<5}|{:^5}|{:05}|{:+}|{:,}|{:x}|{:#x}|{:b}|{:o}'.format(1, 2, 3, 4, 5, 6, 1234567, 255, 255, 5, 8) }}
{{ '{:.2f}|{:8.1f}|{:e}|{:g}|{:%}|{:.1%}|{:,.2f}|{}|{:010.3f}|{: }'.format(1.005, 2.25, 12345.678, 0.00001, 0.5, 0.123, 1234567.891, 1e16, -3.14159, 4) }}
{{ '{!r:>6}|{:>5}|{:x>5}|{:s}|{:10.3}|'.format('a', 'b', 'c', 'd', 'abcdef') }} {{ '{:5}|{}|{}'.format(true, none, [1]) }}
{{ '{}'.format() }}
{{ '{a}'.format(1) }}
{{ '{} {1}'.format(1, 2) }}
{{ '{:d}'.format('a') }}
{{ '{:d}'.format(1.5) }}
{{ '{:s}'.format(1) }}
{{ '{'.format() }}
{{ '}'.format() }}
{{ 1 is odd }}{{ 2 is even }}{{ 6 is divisibleby 3 }}{{ 6 is divisibleby(4) }}{{ 1 is integer }}{{ 1.0 is float }}{{ true is integer }}{{ true is number }}{{ 1 is number }}{{ true is boolean }}{{ true is true }}{{ 1 is true }}{{ 0 is false }}{{ none is none }}
{{ [] is sequence }}{{ () is sequence }}{{ {} is sequence }}{{ 'a' is sequence }}{{ 5 is sequence }}{{ range(2) is sequence }}{{ d.items() is sequence }}{{ d.items() is iterable }}{{ 5 is iterable }}{{ d is mapping }}{{ [] is mapping }}{{ [] is iterable }}
{{ 1 is eq 1 }}{{ 1 is equalto 1.0 }}{{ 1 is ne 2 }}{{ 1 is lt 2 }}{{ 1 is lessthan 2 }}{{ 1 is le 1 }}{{ 2 is gt 1 }}{{ 2 is greaterthan 1 }}{{ 2 is ge 2 }}{{ 1 is in [1, 2] }}{{ 'a' is in 'abc' }}{{ 3 is not in items }}{{ 'upper' is filter }}{{ 'nope' is filter }}{{ 'odd' is test }}{{ 'x' is escaped }}{{ 'x' | e is escaped }}
{{ true is sameas true }}{{ none is sameas none }}{{ 1 is sameas true }}{{ items is sameas items }}{{ 1 is not odd }}{{ not 1 is odd }}{{ 1 is odd and 2 is even }}{{ 1 is odd == true }}{{ -1 is odd }}{{ 2 * 3 is even }}
{{ 1 is nope }}
{{ 1 | nope }}
{{ 1 is divisibleby }}
{{ 'a' is odd }}
{{ none is odd }}
{{ 1 is defined is defined }}
{{ 'a\n\t\\\'\"\x41\u00e9\U0001F642\101\q\
b' }}
{{ "it's" }}{{ 'say "hi"' }}{{ ["it's", 'say "hi"', 'both \' and "', '\n\t\r\\', '\x00\x7f\x85\u200b\ud7ff\ue000'] }}
a{#- c -#} b {#+ c +#} c {# c #}
 d {%- if 1 -%} e {%- endif -%} f {{- 1 -}} g {%+ if 1 +%} h {%+ endif +%}
    {% if 1 %}
  i
    {% endif %}
	{# comment #}
    j {% if 1 %}k{% endif %}

    {{ 1 }}
    {% raw %}
 {{ raw }} {% if %} {#
    {% endraw %}
 l{% raw -%}   m   {%- endraw %}   n
    {%- raw %} o {% endraw -%}   p
{{ {'a': {'b': {}}} }}{{ {'a': '}}'} }}{{ '%}' }}{{ "{#" }}
{{ x
  if x is defined
  else 'multi' }}
{% if no %}{{ 1 | nope }}{{ 1 is nope }}{% elif yes %}b{% else %}c{% endif %}{% if no %}a{% elif no %}b{% else %}c{% endif %}
{% if nope %}a{% endif %}{% if not nope %}b{% endif %}{% if 1, 2 %}c{% endif %}{% if yes: %}d{% endif %}
{% print 1 %}{% print 'a', 2 %}
{{ 'abc'[1] }}{{ 'abc'[-1] }}{{ 'abc'.0 }}{{ 'abc'[1:2] }}{{ 'abc' | first }}{{ 'abc' | list }}{{ 'abc' in ['abc'] }}{{ 'b' not in 'abc' }}{{ ('a', 'b')[1] }}{{ [[1, 2], [3]][0][1] }}{{ [1,2,3,][0] }}
{{ ''.join(['a', 'b']) }}{{ ', '.join(words) }}{{ '-'.join('abc') }}{{ ''.join(d) }}
{{ ''.join([1]) }}
{{ ''.join(1) }}
{{ 'a'.split('') }}
{{ 'abc'.upper(1) }}
{{ 'a'.nope() }}
{{ items.append(1) }}
{{ items.append is defined }}{{ d.update is defined }}{{ d.pop is defined }}{{ items.count(1) }}{{ items.index(2) }}{{ (1, 1).count(1) }}{{ items.copy() }}{{ d.copy() }}
{{ d.pop('b') }}
{{ d.update({}) }}
{{ items.index(9) }}
{{ items.__class__ is defined }}{{ ''.__class__ }}{{ d.__len__ is defined }}
{{ ''.__class__.mro() }}
{{ items.x is defined }}{{ none.x is defined }}{{ (5).x is defined }}{{ true.x is defined }}{{ d.b.x is defined }}{{ range.x is defined }}
{{ d | attr('keys') is defined }}{{ d | attr('b') is defined }}{{ 'x' | attr('upper') is callable }}
{{ (1, 2) == (1, 2) }}{{ {'a': [1]} == {'a': [1]} }}{{ [1, [2, (3,)]] == [1, [2, (3,)]] }}{{ 'a' == 'a' | e }}{{ range(2) == [0, 1] }}{{ d.keys() | list == ['b', 'A', 'c'] }}
{{ 'Z' < 'a' }}{{ 'a' < 'b' < 'c' }}{{ '🙂' > '￿' }}{{ '' < 'a' }}{{ 'ab' > 'a' }}{{ 1 < 1.5 }}{{ true < 2 }}{{ 9007199254740993 == 9007199254740992.0 }}{{ 9007199254740993 > 9007199254740992.0 }}
{{ 'nan' | float == 'nan' | float }}{{ ('nan' | float) < 1 }}{{ ('nan' | float) != 1 }}{{ ('inf' | float) > 1 }}{{ ('inf' | float) == ('inf' | float) }}
{{ 'hello world-wide (web) {x} [y] <z>' | title }}|{{ 'hello world-wide (web)'.title() }}|{{ "they're bill's" | title }}|{{ "they're bill's".title() }}|{{ 'ÉCOLE ßtraße ǆ' | capitalize }}
{{ 'a b  c'.split(' ') }}{{ ' a b '.split() }}{{ 'abcabc'.replace('bc', 'x', 1) }}{{ 'aXbX'.split('X') }}{{ 'a\nb'.splitlines() }}{{ '\n'.splitlines() }}{{ ''.splitlines() }}{{ ''.split() }}{{ ''.split(',') }}
{{ 'x' * 3 }}{{ 'ab' ~ 1.0 ~ [1] }}{{ 'a' 'b' "c" }}{{ 'a' + 'b' * 2 }}{{ ('a', 1) ~ {} }}
{{ 1 if true else 2 }}{{ (1 if false else 2) }}{{ [1 if yes else 2] }}{{ 'a' ~ ('b' if yes) ~ 'c' }}{{ n == 3 and 'yes' or 'no' }}
{{ undefined_fn is defined and undefined_fn() }}{{ (nope | default({})).x is defined }}{{ nope | default(none) }}{{ none | default('x') }}{{ none | default('x', true) }}{{ '' | default('x', true) }}{{ d.zz | default(1) }}
{% set x = items | length > 2 %}{{ x }}{% set x = not x %}{{ x }}{% set x = items[0] if items else none %}{{ x }}{% set x = {'role': 'user'} %}{{ x.role }}{{ x['role'] }}
{% set x = [] %}{% for i in items %}{% set x = x + [i] %}{% endfor %}{{ x }}{% set ns = namespace(x=[]) %}{% for i in items %}{% set ns.x = ns.x + [i * 2] %}{% endfor %}{{ ns.x }}
{% set true = 1 %}
{% set 1 = 2 %}
{% for true in items %}{% endfor %}
{% set x.y.z = 1 %}
{% if %}{% endif %}
{% if 1 %}
{% endif %}
{% for x in items %}{% endif %}
{% else %}
{% nope %}
{% do items %}
{% break %}
{% macro m() %}{% break %}{% endmacro %}
{% for x in items %}{% macro m() %}{% continue %}{% endmacro %}{% endfor %}
{% for x in items %}{% generation %}{% break %}{% endgeneration %}{% endfor %}
{% call 1 %}{% endcall %}
{% macro m(a, a2=1, b) %}{% endmacro %}
{% raw %}x
{{ 1
{{ 'a }}
{{ 1 + }}
{{ (1 }}
{{ [1 }}
{{ {1} }}
{{ 1 ) }}
{{ }}
{{ f(a=1, 2) }}
{{ f(*a, *b) }}
{{ x | }}
{{ x is }}
{{ x. }}
{{ 1 2 }}
{{ $ }}
{{ a = 1 }}
{{ not }}
{# open
{{ 'a' | replace('a', 'b', 1, 2) }}
{{ namespace(1) }}
{{ dict(a=1, a=2) }}
{{ cycler() }}
{{ lipsum.x is defined }}{{ lipsum is defined }}
{{ caller is defined }}{{ loop is defined }}{{ varargs is defined }}
"""

# Templates that jinja2 renders and we refuse; the name that the refusal must contain, then the template.
REFUSED = r"""
tag block|{% block a %}x{% endblock %}
tag block|{% block a %}x{% endblock a %}
tag autoescape|{% autoescape true %}{{ '<' }}{% endautoescape %}
filter pprint|{{ 1 | pprint }}
filter wordcount|{{ 'a b' | wordcount }}
filter wordwrap|{{ 'a b' | wordwrap(1) }}
filter urlencode|{{ 'a b' | urlencode }}
filter urlize|{{ 'a b' | urlize }}
filter xmlattr|{{ {'a': 1} | xmlattr }}
filter striptags|{{ '<b>a' | striptags }}
filter filesizeformat|{{ 1000 | filesizeformat }}
filter random|{{ [1] | random }}
function lipsum|{{ lipsum(n=1) }}
function: not available as text|{{ range }}
function: not available as text|{{ 'a'.strip }}
generator: not available as text|{{ items | map }}
generator: not available as text|{{ items | map('abs') }}
replace: not available|{{ ('a' | e).replace('a', '<') }}
%: not available|{{ ('%s' | e) % '<' }}
join: not available|{{ ('<' | e).join(['>']) }}
format: not available|{{ ('{}' | e).format('>') }}
int.bit_length|{{ (5).bit_length() }}
macro.name: not available|{% macro m() %}{% endmacro %}{{ m.name }}
method casefold|{{ 'A'.casefold() }}
method encode|{{ 'A'.encode() }}
method expandtabs|{{ 'A'.expandtabs() }}
method translate|{{ 'A'.translate({}) }}
64 bits|{{ 9223372036854775807 + 1 }}
64 bits|{{ 2 ** 64 }}
64 bits|{{ 99999999999999999999 }}
sameas|{{ 'a' is sameas 'a' }}
format|{{ '{:{}}'.format(1, 5) }}
format|{{ '{:010,}'.format(1234) }}
escape|{{ '\N{BULLET}' }}
"""


def blocks(text):
    """Templates, one a line, or several lines if the next line would not begin one."""
    templates = []
    for line in text.strip("\n").split("\n"):
        if templates and (not line.startswith("{") or templates[-1].endswith("\\")):
            templates[-1] += "\n" + line
        else:
            templates.append(line)
    return [template.rstrip("\n") for template in templates]


def variables(content):
    messages = [
        {"role": "user", "content": content},
        {"role": "assistant", "content": "ok"},
        {"role": "user", "content": content},
    ]
    return {**copy.deepcopy(VARIABLES), "content": content, "messages": messages}


def main():
    cases = []
    for template in blocks(TEMPLATES):
        contents = CONTENTS if "content" in template or "messages" in template else CONTENTS[:1]
        results = [render(template, variables(content)) for content in contents]
        cases.append({"template": template, "texts": [result.get("text") for result in results]})
    refused = [dict(zip(("name", "template"), line.split("|", 1))) for line in REFUSED.strip().split("\n")]
    for case in refused:
        assert "text" in render(case["template"], variables("")), case
    golden = {"contents": CONTENTS, "variables": VARIABLES, "cases": cases, "refused": refused}
    lines = json.dumps(golden, ensure_ascii=True).replace('{"template"', '\n{"template"').replace('{"name"', '\n{"name"')
    OUT.write_text(lines + "\n", encoding="utf-8")
    print(len(cases), "templates,", sum(len(case["texts"]) for case in cases), "renderings")


main()
