<?php
// What piler's login page and its user import ask, in their order, by PHP's own LDAP extension. Reads the order from standard
// input, writes what came of it.

$order = json_decode(file_get_contents('php://stdin'), true, 16, JSON_THROW_ON_ERROR);
ldap_set_option(null, LDAP_OPT_X_TLS_CACERTFILE, $order['caFile']);
ldap_set_option(null, LDAP_OPT_X_TLS_REQUIRE_CERT, LDAP_OPT_X_TLS_DEMAND);

function connect(array $order): LDAP\Connection
{
    $link = ldap_connect($order['url']);
    ldap_set_option($link, LDAP_OPT_PROTOCOL_VERSION, 3);
    ldap_set_option($link, LDAP_OPT_REFERRALS, 0);
    ldap_set_option($link, LDAP_OPT_NETWORK_TIMEOUT, 10);
    if ($order['startTls'] && !@ldap_start_tls($link)) {
        throw new RuntimeException('StartTLS: ' . ldap_error($link));
    }
    return $link;
}

/** Attributes by name in lower case; one value alone is a text and no list, which is why classes must be two or more. */
function search(LDAP\Connection $link, string $base, string $filter, array $attributes = []): array
{
    $result = @ldap_search($link, $base, $filter, $attributes);
    if ($result === false) {
        return ['error' => ldap_errno($link)];
    }
    $rows = [];
    for ($entry = ldap_first_entry($link, $result); $entry !== false; $entry = ldap_next_entry($link, $entry)) {
        $row = ['dn' => ldap_get_dn($link, $entry)];
        foreach (ldap_get_attributes($link, $entry) as $name => $values) {
            if (is_array($values)) {
                unset($values['count']);
                $row[strtolower($name)] = count($values) === 1 ? $values[0] : array_values($values);
            }
        }
        $rows[] = $row;
    }
    return $rows;
}

function toMailValue(array $order, string $address): string
{
    return $order['mailAttribute'] === 'proxyAddresses' ? "smtp:$address" : $address;
}

function collectAddresses(array $rows): array
{
    $found = [];
    $names = ['mail', 'mailalternateaddress', 'proxyaddresses', 'member', 'othermailbox', 'mailprimaryaddress', 'mailalternativeaddress'];
    foreach ($rows as $row) {
        foreach (array_intersect_key($row, array_flip($names)) as $values) {
            foreach ((array) $values as $value) {
                $value = preg_replace('/^smtp:/', '', strtolower($value));
                if (filter_var($value, FILTER_VALIDATE_EMAIL, FILTER_FLAG_EMAIL_UNICODE)) {
                    $found[$value] = true;
                }
            }
        }
    }
    ksort($found);
    return array_keys($found);
}

/** Bytes are compared, so a DN in another spelling is another group. */
function isInGroup(string $groupDn, array $rows): bool
{
    foreach ($rows as $row) {
        if ($row['dn'] === $groupDn || in_array($groupDn, (array) ($row['memberof'] ?? []), true)) {
            return true;
        }
    }
    return false;
}

function logIn(array $order): array
{
    ['account' => $account, 'list' => $list, 'listAttribute' => $listAttribute, 'mailAttribute' => $mailAttribute] = $order;
    $helper = connect($order);
    if (!@ldap_bind($helper, $order['helper']['dn'], $order['helper']['password'])) {
        return ['helper' => ldap_errno($helper)];
    }
    // The name goes into the filter as it was typed.
    $value = toMailValue($order, $order['login']);
    $own = "(&(objectClass=$account)($mailAttribute=$value))";
    $hits = search($helper, $order['base'], $own);
    if (isset($hits['error']) || $hits === []) {
        return ['hits' => $hits];
    }
    $dn = $hits[0]['dn'];
    $person = connect($order);
    $bound = @ldap_bind($person, $dn, $order['password']);
    $code = ldap_errno($person);
    if (!$bound) {
        return ['hits' => count($hits), 'dn' => $dn, 'bind' => $code];
    }
    $lists = "(&(objectClass=$list)($listAttribute=$value))(&(objectClass=$list)($listAttribute=$dn))";
    $rows = search($helper, $order['base'], "(|$own$lists)");
    ldap_unbind($person);
    $isAccount = fn (array $row): bool => is_array($row['objectclass']) && in_array($account, $row['objectclass'], true);
    $isList = fn (array $row): bool => is_array($row['objectclass']) && in_array($list, $row['objectclass'], true);
    return [
        'hits' => count($hits),
        'dn' => $dn,
        'bind' => $code,
        'name' => $hits[0]['cn'],
        'accounts' => count(array_filter($rows, $isAccount)),
        'lists' => array_values(array_map(fn (array $row): string => $row['dn'], array_filter($rows, $isList))),
        'addresses' => collectAddresses($rows),
        'isAuditor' => isInGroup($order['auditorDn'], $rows),
        'isAdministrator' => isInGroup($order['administratorDn'], $rows),
    ];
}

function import(array $order): array
{
    $link = connect($order);
    ldap_bind($link, $order['helper']['dn'], $order['helper']['password']);
    $generic = search($link, $order['base'], 'mail=*', ['cn', 'mail', 'mailAlternateAddress', 'memberdn', 'memberaddr']);
    $filter = "(&(objectClass={$order['account']})(proxyaddresses=*))";
    $directory = search($link, $order['base'], $filter, ['proxyaddresses', 'samaccountname', 'displayname', 'member']);
    $longest = max(array_map(fn (array $row): int => strlen($row['dn']), $generic));
    return ['generic' => $generic, 'directory' => $directory, 'longestDn' => $longest];
}

echo json_encode($order['step'] === 'import' ? import($order) : logIn($order), JSON_THROW_ON_ERROR);
