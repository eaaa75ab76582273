/** As much of JSON Schema 2020-12 as the mapping schema uses; a keyword that is not known here throws. */
export type Schema = { readonly [keyword: string]: unknown };

const annotations = new Set(['$schema', '$defs', 'title', 'description']);

/** Whether the value is valid. */
export function isValid(schema: Schema, value: unknown, root: Schema = schema): boolean {
  const check = (part: unknown, each: unknown) => isValid(part as Schema, each, root);
  const object = isObject(value) ? value : undefined;
  const list = Array.isArray(value) ? value : undefined;
  const text = typeof value === 'string' ? value : undefined;
  const number = typeof value === 'number' ? value : undefined;
  return Object.entries(schema).every(([keyword, argument]) => {
    if (annotations.has(keyword)) return true;
    switch (keyword) {
      case '$ref':
        return check(resolve(root, argument as string), value);
      case 'type':
        return [argument].flat().some((type) => isOfType(value, type as string));
      case 'enum':
        return (argument as unknown[]).includes(value);
      case 'anyOf':
        return (argument as unknown[]).some((part) => check(part, value));
      case 'oneOf':
        return (argument as unknown[]).filter((part) => check(part, value)).length === 1;
      case 'not':
        return !check(argument, value);
      case 'required':
        return object === undefined || (argument as string[]).every((key) => Object.hasOwn(object, key));
      case 'properties':
        return Object.entries(argument as Schema).every(
          ([key, part]) => object === undefined || !Object.hasOwn(object, key) || check(part, object[key]),
        );
      case 'additionalProperties': {
        const known = Object.keys((schema.properties ?? {}) as Schema);
        const others = Object.entries(object ?? {}).filter(([key]) => !known.includes(key));
        return argument === false ? others.length === 0 : others.every(([, each]) => check(argument, each));
      }
      case 'propertyNames':
        return Object.keys(object ?? {}).every((key) => check(argument, key));
      case 'dependentSchemas':
        return Object.entries(argument as Schema).every(
          ([key, part]) => object === undefined || !Object.hasOwn(object, key) || check(part, value),
        );
      case 'minProperties':
        return object === undefined || Object.keys(object).length >= (argument as number);
      case 'maxProperties':
        return object === undefined || Object.keys(object).length <= (argument as number);
      case 'items':
        return list === undefined || list.every((each) => check(argument, each));
      case 'minItems':
        return list === undefined || list.length >= (argument as number);
      case 'maxItems':
        return list === undefined || list.length <= (argument as number);
      case 'pattern':
        return text === undefined || new RegExp(argument as string, 'u').test(text);
      case 'minLength':
        return text === undefined || text.length >= (argument as number);
      case 'maxLength':
        return text === undefined || text.length <= (argument as number);
      case 'minimum':
        return number === undefined || number >= (argument as number);
      case 'maximum':
        return number === undefined || number <= (argument as number);
      default:
        throw new TypeError(`the schema uses ${keyword}, which this check does not know`);
    }
  });
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function resolve(root: Schema, reference: string): unknown {
  const steps = reference.replace('#/', '').split('/');
  return steps.reduce<unknown>((part, step) => (part as Schema)[step], root);
}
