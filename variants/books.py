"""Prints books.sql, the catalogue that every backend serves.

    python3 variants/books.py > variants/books.sql

The output depends on this file alone, so a test or a reader can run it again
and compare. Authors and works are real and in the public domain. The year is
that of the work's first publication (of its first volume or instalment, where
it came out in parts), even for a translation; for a play it is that of its
first printing or performance, as is customary. A translation keeps the title
of the original and adds its language, as in "Die Verwandlung [en]", so that no
translated title or date is made up.
"""

import sys

# Every work is listed in the language it was written in and in the first
# three others of these.
TRANSLATIONS = ("en", "fr", "de", "es")

# (author, language of the originals, ((title, year of first publication), ...))
AUTHORS = (
    ("Jane Austen", "en", (("Sense and Sensibility", 1811), ("Pride and Prejudice", 1813), ("Mansfield Park", 1814), ("Emma", 1815), ("Northanger Abbey", 1817), ("Persuasion", 1817))),
    ("Charlotte Brontë", "en", (("Jane Eyre", 1847), ("Shirley", 1849), ("Villette", 1853), ("The Professor", 1857))),
    ("Emily Brontë", "en", (("Wuthering Heights", 1847),)),
    ("Anne Brontë", "en", (("Agnes Grey", 1847), ("The Tenant of Wildfell Hall", 1848))),
    ("Charles Dickens", "en", (("The Pickwick Papers", 1836), ("Oliver Twist", 1837), ("A Christmas Carol", 1843), ("David Copperfield", 1849), ("Bleak House", 1852), ("Hard Times", 1854), ("A Tale of Two Cities", 1859), ("Great Expectations", 1860))),
    ("George Eliot", "en", (("Adam Bede", 1859), ("The Mill on the Floss", 1860), ("Silas Marner", 1861), ("Romola", 1862), ("Middlemarch", 1871), ("Daniel Deronda", 1876))),
    ("Mary Shelley", "en", (("Frankenstein", 1818), ("The Last Man", 1826))),
    ("Walter Scott", "en", (("Waverley", 1814), ("Rob Roy", 1817), ("The Heart of Midlothian", 1818), ("The Bride of Lammermoor", 1819), ("Ivanhoe", 1819), ("Kenilworth", 1821))),
    ("Thomas Hardy", "en", (("Far from the Madding Crowd", 1874), ("The Return of the Native", 1878), ("The Mayor of Casterbridge", 1886), ("Tess of the d'Urbervilles", 1891), ("Jude the Obscure", 1895))),
    ("Oscar Wilde", "en", (("The Happy Prince and Other Tales", 1888), ("The Picture of Dorian Gray", 1890), ("Lady Windermere's Fan", 1893), ("The Ballad of Reading Gaol", 1898), ("The Importance of Being Earnest", 1899), ("De Profundis", 1905))),
    ("Robert Louis Stevenson", "en", (("Treasure Island", 1883), ("Kidnapped", 1886), ("Strange Case of Dr Jekyll and Mr Hyde", 1886), ("The Black Arrow", 1888), ("The Master of Ballantrae", 1889))),
    ("Lewis Carroll", "en", (("Alice's Adventures in Wonderland", 1865), ("Through the Looking-Glass", 1871), ("The Hunting of the Snark", 1876), ("Sylvie and Bruno", 1889))),
    ("Arthur Conan Doyle", "en", (("A Study in Scarlet", 1887), ("The Sign of the Four", 1890), ("The Adventures of Sherlock Holmes", 1892), ("The Memoirs of Sherlock Holmes", 1893), ("The Hound of the Baskervilles", 1902), ("The Lost World", 1912))),
    ("H. G. Wells", "en", (("The Time Machine", 1895), ("The Island of Doctor Moreau", 1896), ("The Invisible Man", 1897), ("The War of the Worlds", 1898), ("The First Men in the Moon", 1901))),
    ("Joseph Conrad", "en", (("Almayer's Folly", 1895), ("Heart of Darkness", 1899), ("Lord Jim", 1900), ("Nostromo", 1904), ("The Secret Agent", 1907), ("Under Western Eyes", 1911))),
    ("Virginia Woolf", "en", (("The Voyage Out", 1915), ("Jacob's Room", 1922), ("Mrs Dalloway", 1925), ("To the Lighthouse", 1927), ("Orlando", 1928), ("A Room of One's Own", 1929), ("The Waves", 1931))),
    ("James Joyce", "en", (("Dubliners", 1914), ("A Portrait of the Artist as a Young Man", 1916), ("Ulysses", 1922), ("Finnegans Wake", 1939))),
    ("Jonathan Swift", "en", (("A Tale of a Tub", 1704), ("Gulliver's Travels", 1726), ("A Modest Proposal", 1729))),
    ("Daniel Defoe", "en", (("Robinson Crusoe", 1719), ("Captain Singleton", 1720), ("Moll Flanders", 1722), ("A Journal of the Plague Year", 1722), ("Roxana", 1724))),
    ("Bram Stoker", "en", (("Dracula", 1897), ("The Jewel of Seven Stars", 1903))),
    ("Rudyard Kipling", "en", (("Plain Tales from the Hills", 1888), ("The Jungle Book", 1894), ("Captains Courageous", 1897), ("Kim", 1901), ("Just So Stories", 1902))),
    ("Herman Melville", "en", (("Typee", 1846), ("Moby-Dick", 1851), ("Bartleby, the Scrivener", 1853), ("Benito Cereno", 1855), ("Billy Budd", 1924))),
    ("Mark Twain", "en", (("The Innocents Abroad", 1869), ("The Adventures of Tom Sawyer", 1876), ("The Prince and the Pauper", 1881), ("Life on the Mississippi", 1883), ("Adventures of Huckleberry Finn", 1884), ("A Connecticut Yankee in King Arthur's Court", 1889))),
    ("Nathaniel Hawthorne", "en", (("Twice-Told Tales", 1837), ("The Scarlet Letter", 1850), ("The House of the Seven Gables", 1851), ("The Marble Faun", 1860))),
    ("Edgar Allan Poe", "en", (("The Narrative of Arthur Gordon Pym of Nantucket", 1838), ("The Fall of the House of Usher", 1839), ("The Murders in the Rue Morgue", 1841), ("The Gold-Bug", 1843), ("The Raven", 1845))),
    ("Henry James", "en", (("Daisy Miller", 1878), ("Washington Square", 1880), ("The Portrait of a Lady", 1880), ("The Turn of the Screw", 1898), ("The Wings of the Dove", 1902), ("The Ambassadors", 1903))),
    ("Jack London", "en", (("The Call of the Wild", 1903), ("The Sea-Wolf", 1904), ("White Fang", 1906), ("The Iron Heel", 1908), ("Martin Eden", 1908))),
    ("Edith Wharton", "en", (("The House of Mirth", 1905), ("Ethan Frome", 1911), ("The Custom of the Country", 1913), ("The Age of Innocence", 1920))),
    ("Voltaire", "fr", (("Lettres philosophiques", 1734), ("Zadig", 1747), ("Micromégas", 1752), ("Candide", 1759), ("L'Ingénu", 1767))),
    ("Jean-Jacques Rousseau", "fr", (("Julie, ou la Nouvelle Héloïse", 1761), ("Du contrat social", 1762), ("Émile, ou De l'éducation", 1762), ("Les Confessions", 1782))),
    ("Molière", "fr", (("L'École des femmes", 1662), ("Dom Juan", 1665), ("Le Misanthrope", 1666), ("L'Avare", 1668), ("Le Tartuffe", 1669), ("Le Malade imaginaire", 1673))),
    ("Stendhal", "fr", (("De l'amour", 1822), ("Armance", 1827), ("Le Rouge et le Noir", 1830), ("La Chartreuse de Parme", 1839))),
    ("Honoré de Balzac", "fr", (("La Peau de chagrin", 1831), ("Eugénie Grandet", 1833), ("Le Père Goriot", 1834), ("Le Lys dans la vallée", 1836), ("Illusions perdues", 1837), ("La Cousine Bette", 1846))),
    ("Victor Hugo", "fr", (("Hernani", 1830), ("Notre-Dame de Paris", 1831), ("Les Misérables", 1862), ("Les Travailleurs de la mer", 1866), ("L'Homme qui rit", 1869), ("Quatrevingt-treize", 1874))),
    ("Alexandre Dumas", "fr", (("Les Trois Mousquetaires", 1844), ("Le Comte de Monte-Cristo", 1844), ("Vingt ans après", 1845), ("La Reine Margot", 1845), ("La Tulipe noire", 1850))),
    ("Gustave Flaubert", "fr", (("Madame Bovary", 1856), ("Salammbô", 1862), ("L'Éducation sentimentale", 1869), ("La Tentation de saint Antoine", 1874), ("Trois contes", 1877), ("Bouvard et Pécuchet", 1881))),
    ("Jules Verne", "fr", (("Cinq semaines en ballon", 1863), ("Voyage au centre de la Terre", 1864), ("De la Terre à la Lune", 1865), ("Vingt mille lieues sous les mers", 1869), ("Le Tour du monde en quatre-vingts jours", 1872), ("L'Île mystérieuse", 1874), ("Michel Strogoff", 1876))),
    ("Émile Zola", "fr", (("Thérèse Raquin", 1867), ("Le Ventre de Paris", 1873), ("L'Assommoir", 1877), ("Nana", 1880), ("Au Bonheur des Dames", 1883), ("Germinal", 1885), ("La Bête humaine", 1890))),
    ("Guy de Maupassant", "fr", (("Boule de suif", 1880), ("Une vie", 1883), ("Bel-Ami", 1885), ("Le Horla", 1887), ("Pierre et Jean", 1888))),
    ("Charles Baudelaire", "fr", (("Les Fleurs du mal", 1857), ("Les Paradis artificiels", 1860), ("Le Spleen de Paris", 1869))),
    ("Marcel Proust", "fr", (("Du côté de chez Swann", 1913), ("À l'ombre des jeunes filles en fleurs", 1919), ("Le Côté de Guermantes", 1920), ("Sodome et Gomorrhe", 1921), ("La Prisonnière", 1923), ("Le Temps retrouvé", 1927))),
    ("Johann Wolfgang von Goethe", "de", (("Götz von Berlichingen", 1773), ("Die Leiden des jungen Werthers", 1774), ("Iphigenie auf Tauris", 1787), ("Wilhelm Meisters Lehrjahre", 1795), ("Faust. Der Tragödie erster Teil", 1808), ("Die Wahlverwandtschaften", 1809), ("West-östlicher Divan", 1819))),
    ("Friedrich Schiller", "de", (("Die Räuber", 1781), ("Kabale und Liebe", 1784), ("Don Karlos", 1787), ("Maria Stuart", 1801), ("Wilhelm Tell", 1804))),
    ("E. T. A. Hoffmann", "de", (("Der goldne Topf", 1814), ("Die Elixiere des Teufels", 1815), ("Der Sandmann", 1816), ("Nussknacker und Mausekönig", 1816), ("Das Fräulein von Scuderi", 1819), ("Lebens-Ansichten des Katers Murr", 1819))),
    ("Heinrich von Kleist", "de", (("Das Erdbeben in Chili", 1807), ("Die Marquise von O....", 1808), ("Penthesilea", 1808), ("Michael Kohlhaas", 1810), ("Der zerbrochne Krug", 1811))),
    ("Theodor Fontane", "de", (("Schach von Wuthenow", 1882), ("Irrungen, Wirrungen", 1887), ("Effi Briest", 1894), ("Der Stechlin", 1897))),
    ("Friedrich Nietzsche", "de", (("Die Geburt der Tragödie", 1872), ("Die fröhliche Wissenschaft", 1882), ("Also sprach Zarathustra", 1883), ("Jenseits von Gut und Böse", 1886), ("Zur Genealogie der Moral", 1887), ("Ecce homo", 1908))),
    ("Franz Kafka", "de", (("Das Urteil", 1913), ("Die Verwandlung", 1915), ("In der Strafkolonie", 1919), ("Ein Landarzt", 1920), ("Der Process", 1925), ("Das Schloss", 1926), ("Amerika", 1927))),
    ("Rainer Maria Rilke", "de", (("Das Stunden-Buch", 1905), ("Neue Gedichte", 1907), ("Die Aufzeichnungen des Malte Laurids Brigge", 1910), ("Duineser Elegien", 1923), ("Die Sonette an Orpheus", 1923))),
    ("Stefan Zweig", "de", (("Amok", 1922), ("Verwirrung der Gefühle", 1927), ("Sternstunden der Menschheit", 1927), ("Ungeduld des Herzens", 1939), ("Schachnovelle", 1942), ("Die Welt von Gestern", 1942))),
    ("Miguel de Cervantes", "es", (("La Galatea", 1585), ("El ingenioso hidalgo don Quijote de la Mancha", 1605), ("Novelas ejemplares", 1613), ("Los trabajos de Persiles y Sigismunda", 1617))),
    ("Benito Pérez Galdós", "es", (("Doña Perfecta", 1876), ("Marianela", 1878), ("Fortunata y Jacinta", 1887), ("Misericordia", 1897))),
    ("José Rizal", "es", (("Noli me tángere", 1887), ("El filibusterismo", 1891))),
    ("Eça de Queirós", "pt", (("O Crime do Padre Amaro", 1875), ("O Primo Basílio", 1878), ("Os Maias", 1888), ("A Cidade e as Serras", 1901))),
    ("Machado de Assis", "pt", (("Memórias Póstumas de Brás Cubas", 1881), ("Quincas Borba", 1891), ("Dom Casmurro", 1899), ("Esaú e Jacó", 1904))),
    ("Alessandro Manzoni", "it", (("I promessi sposi", 1827), ("Storia della colonna infame", 1840))),
    ("Luigi Pirandello", "it", (("Il fu Mattia Pascal", 1904), ("Sei personaggi in cerca d'autore", 1921), ("Enrico IV", 1922), ("Uno, nessuno e centomila", 1926))),
    ("Italo Svevo", "it", (("Una vita", 1892), ("Senilità", 1898), ("La coscienza di Zeno", 1923))),
    ("Alexander Pushkin", "ru", (("Евгений Онегин", 1825), ("Борис Годунов", 1831), ("Пиковая дама", 1834), ("Капитанская дочка", 1836))),
    ("Nikolai Gogol", "ru", (("Тарас Бульба", 1835), ("Нос", 1836), ("Ревизор", 1836), ("Мёртвые души", 1842), ("Шинель", 1842))),
    ("Ivan Turgenev", "ru", (("Записки охотника", 1852), ("Рудин", 1856), ("Дворянское гнездо", 1859), ("Первая любовь", 1860), ("Отцы и дети", 1862))),
    ("Fyodor Dostoevsky", "ru", (("Бедные люди", 1846), ("Записки из подполья", 1864), ("Преступление и наказание", 1866), ("Игрок", 1866), ("Идиот", 1868), ("Бесы", 1871), ("Братья Карамазовы", 1879))),
    ("Leo Tolstoy", "ru", (("Детство", 1852), ("Война и мир", 1865), ("Анна Каренина", 1875), ("Смерть Ивана Ильича", 1886), ("Воскресение", 1899), ("Хаджи-Мурат", 1912))),
    ("Anton Chekhov", "ru", (("Палата № 6", 1892), ("Чайка", 1896), ("Дядя Ваня", 1897), ("Дама с собачкой", 1899), ("Три сестры", 1901), ("Вишнёвый сад", 1904))),
    ("Henrik Ibsen", "no", (("Peer Gynt", 1867), ("Et dukkehjem", 1879), ("Gengangere", 1881), ("En folkefiende", 1882), ("Vildanden", 1884), ("Hedda Gabler", 1890))),
    ("Søren Kierkegaard", "da", (("Enten – Eller", 1843), ("Frygt og Bæven", 1843), ("Begrebet Angest", 1844), ("Sygdommen til Døden", 1849))),
    ("August Strindberg", "sv", (("Röda rummet", 1879), ("Fadren", 1887), ("Fröken Julie", 1888), ("Ett drömspel", 1902))),
    ("Selma Lagerlöf", "sv", (("Gösta Berlings saga", 1891), ("Jerusalem", 1901), ("Herr Arnes penningar", 1903), ("Nils Holgerssons underbara resa genom Sverige", 1906), ("Körkarlen", 1912))),
    ("Karel Čapek", "cs", (("R.U.R.", 1920), ("Továrna na absolutno", 1922), ("Krakatit", 1924), ("Válka s mloky", 1936), ("Bílá nemoc", 1937))),
    ("Božena Němcová", "cs", (("Babička", 1855),)),
    ("Bolesław Prus", "pl", (("Lalka", 1887), ("Faraon", 1895))),
    ("Henryk Sienkiewicz", "pl", (("Ogniem i mieczem", 1883), ("Potop", 1884), ("Pan Wołodyjowski", 1887), ("Quo vadis", 1895), ("Krzyżacy", 1897), ("W pustyni i w puszczy", 1910))),
    ("Natsume Sōseki", "ja", (("吾輩は猫である", 1905), ("坊っちゃん", 1906), ("三四郎", 1908), ("こゝろ", 1914))),
)


def editions():
    """Yields (title, author, year, language): originals by year, then translations."""
    works = sorted(
        (year, title, author, language)
        for author, language, titles in AUTHORS
        for title, year in titles
    )
    for year, title, author, language in works:
        yield title, author, year, language
    for translation in range(3):
        for year, title, author, language in works:
            target = [t for t in TRANSLATIONS if t != language][translation]
            yield f"{title} [{target}]", author, year, target


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def insert(table, columns, rows):
    values = ",\n".join("  (" + ", ".join(row) + ")" for row in rows)
    return f"INSERT INTO {table} ({columns}) VALUES\n{values};\n"


def main():
    ids = {author: id for id, (author, _, _) in enumerate(AUTHORS, 1)}
    authors = [(str(id), quoted(author)) for author, id in ids.items()]
    books = [
        (str(id), quoted(title), str(ids[author]), str(year), quoted(language))
        for id, (title, author, year, language) in enumerate(editions(), 1)
    ]
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    print(
        "-- Written by variants/books.py: change it there.\n"
        "BEGIN;\n"
        "CREATE TABLE authors (\n"
        "  id   INTEGER PRIMARY KEY,\n"
        "  name TEXT NOT NULL UNIQUE\n"
        ");\n"
        "CREATE TABLE books (\n"
        "  id        INTEGER PRIMARY KEY,\n"
        "  title     TEXT NOT NULL,\n"
        "  author_id INTEGER NOT NULL REFERENCES authors (id),\n"
        "  year      INTEGER NOT NULL,\n"
        "  language  TEXT NOT NULL\n"
        ");\n"
        "CREATE INDEX books_author ON books (author_id);\n"
        + insert("authors", "id, name", authors)
        + insert("books", "id, title, author_id, year, language", books)
        + "COMMIT;"
    )


if __name__ == "__main__":
    main()
