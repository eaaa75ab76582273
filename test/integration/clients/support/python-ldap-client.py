"""What an application written with python-ldap sends. Reads the order from standard input, writes what came of it."""
import json
import sys

import ldap
import ldap.asyncsearch
import ldap.filter
import ldap.schema
from ldap.controls import MatchedValuesControl, SimplePagedResultsControl
from ldap.controls.sss import SSSRequestControl

order = json.load(sys.stdin)
base = "o=icewarp"
users = "ou=users,o=icewarp"
reader = (order["reader"]["dn"], order["reader"]["password"])


def connect(url, start_tls=False, ca_file=order["caFile"]):
    connection = ldap.initialize(url, bytes_strictness="error")
    connection.set_option(ldap.OPT_NETWORK_TIMEOUT, 10)
    connection.set_option(ldap.OPT_TIMEOUT, 10)
    connection.set_option(ldap.OPT_REFERRALS, 0)
    connection.set_option(ldap.OPT_X_TLS_CACERTFILE, ca_file)
    connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    if start_tls:
        connection.start_tls_s()
    return connection


def outcome(action):
    """The name of the exception that a call ends with, or its result."""
    try:
        return action()
    except ldap.LDAPError as error:
        return type(error).__name__


def secured():
    answers = {}
    for name, start_tls in (("starttls", True), ("ldaps", False)):
        connection = connect(order[name], start_tls)
        connection.simple_bind_s(*reader)
        before = connection.whoami_s()
        refused = outcome(lambda: connection.simple_bind_s("alice@example.com", "wrong"))
        after_refusal = connection.whoami_s()
        connection.simple_bind_s("alice@example.com", "alice-demo")
        answers[name] = [before, refused, after_refusal, connection.whoami_s()]
        connection.unbind_s()
        stranger = outcome(lambda: connect(order[name], start_tls, order["strangerCaFile"]).simple_bind_s(*reader))
        answers[name].append(stranger)
    return answers


def schema(connection):
    dn = connection.search_subschemasubentry_s()
    entry = connection.read_subschemasubentry_s(dn)
    parsed = ldap.schema.SubSchema(entry)
    faults = []
    for kind, name in (
        (ldap.schema.AttributeType, "attributeTypes"),
        (ldap.schema.ObjectClass, "objectClasses"),
        (ldap.schema.MatchingRule, "matchingRules"),
        (ldap.schema.LDAPSyntax, "ldapSyntaxes"),
    ):
        if len(parsed.listall(kind)) != len(entry.get(name, [])) or not entry.get(name):
            faults.append(f"{name}: {len(entry.get(name, []))} served, {len(parsed.listall(kind))} understood")
    for oid in parsed.listall(ldap.schema.AttributeType):
        known = parsed.get_obj(ldap.schema.AttributeType, oid)
        syntax = parsed.get_inheritedattr(ldap.schema.AttributeType, oid, "syntax")
        if parsed.get_obj(ldap.schema.LDAPSyntax, syntax) is None:
            faults.append(f"{known.names}: syntax {syntax} is not there")
        rule = parsed.get_inheritedattr(ldap.schema.AttributeType, oid, "equality")
        rules = {name for each in parsed.listall(ldap.schema.MatchingRule)
                 for name in parsed.get_obj(ldap.schema.MatchingRule, each).names}
        if rule is not None and rule not in rules:
            faults.append(f"{known.names}: rule {rule} is not there")
    for oid in parsed.listall(ldap.schema.ObjectClass):
        known = parsed.get_obj(ldap.schema.ObjectClass, oid)
        for attribute in known.must + known.may:
            if parsed.get_obj(ldap.schema.AttributeType, attribute) is None:
                faults.append(f"{known.names}: attribute {attribute} is not there")
        for superior in known.sup:
            if superior != "top" and parsed.get_obj(ldap.schema.ObjectClass, superior) is None:
                faults.append(f"{known.names}: class {superior} is not there")
    # An entry by the schema's own rules: all that it must bear, nothing that it may not.
    unlawful = []
    for entry_dn, attributes in connection.search_s(base, ldap.SCOPE_SUBTREE, "(objectClass=*)", ["*"]):
        classes = [value.decode() for value in attributes["objectClass"]]
        must, may = parsed.attribute_types(classes, raise_keyerror=1)
        borne = {parsed.getoid(ldap.schema.AttributeType, name) for name in attributes}
        if not set(must) <= borne:
            unlawful.append(f"{entry_dn} lacks {set(must) - borne}")
        if not borne <= set(must) | set(may):
            unlawful.append(f"{entry_dn} bears {borne - set(must) - set(may)}")
    return {"dn": dn, "faults": faults, "unlawful": unlawful[:5]}


def paged(connection):
    control = SimplePagedResultsControl(True, size=4, cookie="")
    found, pages = [], 0
    while True:
        message = connection.search_ext(users, ldap.SCOPE_ONELEVEL, "(uid=*)", ["1.1"], serverctrls=[control])
        _, data, _, controls = connection.result3(message)
        found += [dn for dn, _ in data]
        pages += 1
        answered = [each for each in controls if each.controlType == SimplePagedResultsControl.controlType]
        if not answered[0].cookie:
            break
        control.cookie = answered[0].cookie
    whole = [dn for dn, _ in connection.search_s(users, ldap.SCOPE_ONELEVEL, "(uid=*)", ["1.1"])]
    return {"pages": pages, "paged": found, "whole": whole}


def asynchronous(connection):
    filters = [f"(uid={name}@example.com)" for name in ("alice", "bob", "dave", "zoe")]
    messages = [connection.search(users, ldap.SCOPE_ONELEVEL, each, ["uid"]) for each in filters]
    given_up = connection.search(base, ldap.SCOPE_SUBTREE, "(objectClass=*)")
    connection.abandon(given_up)
    answers = {}
    for message, asked in reversed(list(zip(messages, filters))):
        _, data = connection.result(message)
        answers[asked] = data[0][1]["uid"][0].decode()
    streamed = ldap.asyncsearch.List(connection)
    streamed.startSearch(users, ldap.SCOPE_ONELEVEL, "(uid=*)", ["uid"])
    streamed.processResults()
    return {"answers": answers, "streamed": len(streamed.allResults)}


def limits_and_controls(connection):
    def search(**options):
        message = connection.search_ext(users, ldap.SCOPE_ONELEVEL, "(uid=*)", ["sn"], **options)
        return [attributes["sn"][0].decode() for _, attributes in connection.result3(message)[1]]

    sort = SSSRequestControl(criticality=True, ordering_rules=["-sn"])
    surnames = search(serverctrls=[sort])
    return {
        "sizeLimit": outcome(lambda: search(sizelimit=3)),
        "sorted": len(surnames) > 10 and surnames == sorted(surnames, key=str.casefold, reverse=True),
        "firstSorted": surnames[:1],
        "unknownCritical": outcome(lambda: search(serverctrls=[MatchedValuesControl(True, "(sn=*)")])),
        "unknownUncritical": len(search(serverctrls=[MatchedValuesControl(False, "(sn=*)")])),
        "compare": [
            outcome(lambda: connection.compare_s("uid=bob@example.com," + users, "mail", b"ROBERT@example.com")),
            outcome(lambda: connection.compare_s("uid=bob@example.com," + users, "mail", b"nobody@example.com")),
            outcome(lambda: connection.compare_s("uid=nobody@example.com," + users, "mail", b"x")),
        ],
        "badFilter": outcome(lambda: connection.search_s(base, ldap.SCOPE_SUBTREE, "(uid=alice")),
        "badDn": outcome(lambda: connection.search_s("no dn", ldap.SCOPE_SUBTREE)),
        "modify": outcome(lambda: connection.modify_s(users, [(ldap.MOD_REPLACE, "ou", [b"x"])])),
        "password": outcome(lambda: connection.passwd_s("uid=bob@example.com," + users, "bob-demo", "new")),
    }


def unicode_names(connection):
    found = {}
    for name in order["names"]:
        filled = ldap.filter.filter_format("(&(objectClass=person)(cn=%s))", [name])
        data = connection.search_s(base, ldap.SCOPE_SUBTREE, filled, ["uid", "displayName"])
        found[name] = [[a["uid"][0].decode(), a["displayName"][0].decode()] for _, a in data]
    return found


answer = secured() if order["step"] == "secured" else None
if answer is None:
    bound = connect(order["ldap"])
    bound.simple_bind_s(*reader)
    steps = {each.__name__: each for each in (schema, paged, asynchronous, limits_and_controls, unicode_names)}
    answer = steps[order["step"]](bound)
    bound.unbind_s()
json.dump(answer, sys.stdout)
