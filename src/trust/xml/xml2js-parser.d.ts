/* The half of xml2js that reads. Its main module loads the half that writes as well, which nothing here ever does. */
declare module 'xml2js/lib/parser.js' {
  export {Parser} from 'xml2js';
}
